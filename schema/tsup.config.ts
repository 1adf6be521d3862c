import { defineConfig } from "tsup";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    model: "src/model.ts",
    internal: "src/internal.ts",
    "internal-sql": "src/internal-sql.ts",
    sqlite: "src/sqlite/index.ts",
    "sqlite-worker": "src/sqlite/worker.ts",
    mssql: "src/mssql/index.ts",
    seed: "src/reference-data/seed.ts",
    testing: "src/testing/index.ts",
  },
  format: ["esm", "cjs"],
  dts: true,
  clean: true,
  sourcemap: true,
  // The package has src, once, for both formats.
  esbuildOptions: (options) => {
    options.sourcesContent = false;
  },
  // One PlantSchemaError for all entries, in CJS as in ESM: otherwise `instanceof` would fail between them.
  splitting: true,
  // For `import.meta.url` in CJS, with which the SQLite worker is found.
  shims: true,
  target: "node20",
  // Without the prefix a test runner may take `node:stream` for a package.
  removeNodeProtocol: false,
  // Migrations and the seed are in the bundle, so that no file is read at run time.
  loader: { ".sql": "text", ".csv": "text" },
});

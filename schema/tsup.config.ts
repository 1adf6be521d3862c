import { defineConfig } from "tsup";

export default defineConfig({
  entry: {
    index: "src/index.ts",
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
  // One PlantSchemaError for all entries, in CJS as in ESM: else `instanceof` would tell them apart.
  splitting: true,
  // `import.meta.url` in CJS, by which SQLite's thread finds its file.
  shims: true,
  target: "node20",
  // `node:stream` stays that: without the prefix a test runner may take it for a package.
  removeNodeProtocol: false,
  // Migrations and the shipped seed travel inside the bundle: no file look-up at run time, in a Lambda least of all.
  loader: { ".sql": "text", ".csv": "text" },
});

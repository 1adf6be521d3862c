import { defineConfig } from "tsup";
import { shared } from "../tsup.shared.js";

export default defineConfig({
  ...shared,
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
  clean: true,
  // For `import.meta.url` in CJS, with which the SQLite worker is found.
  shims: true,
  // Migrations and the seed are in the bundle, so that no file is read at run time.
  loader: { ".sql": "text", ".csv": "text" },
});

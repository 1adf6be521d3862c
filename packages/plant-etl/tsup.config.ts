import { defineConfig } from "tsup";

export default defineConfig({
  // In one build, so that all entries share their classes and types.
  entry: {
    index: "src/index.ts",
    fetch: "src/entries/fetch.ts",
    http: "src/entries/http.ts",
    memory: "src/entries/memory.ts",
    recording: "src/entries/recording.ts",
    sql: "src/entries/sql.ts",
    testing: "src/testing/index.ts",
  },
  format: ["esm", "cjs"],
  splitting: true,
  clean: true,
  dts: true,
  sourcemap: true,
  target: "node20",
  removeNodeProtocol: false,
  // JSON cannot be imported alike from ESM and CJS on every Node; the one locale in use goes into the bundle.
  noExternal: [/^i18n-iso-countries\/langs\//],
});

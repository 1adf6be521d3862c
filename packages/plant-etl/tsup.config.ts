import { defineConfig } from "tsup";

export default defineConfig({
  entry: ["src/index.ts", "src/testing.ts"],
  format: ["esm", "cjs"],
  dts: true,
  clean: true,
  sourcemap: true,
  target: "node20",
  // JSON cannot be imported alike from ESM and CJS on every Node; the one locale in use goes into the bundle.
  noExternal: [/^i18n-iso-countries\/langs\//],
});

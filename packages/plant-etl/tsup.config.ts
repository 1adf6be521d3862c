import { defineConfig, type Options } from "tsup";

const common: Options = {
  dts: true,
  sourcemap: true,
  target: "node20",
  removeNodeProtocol: false,
  // JSON cannot be imported alike from ESM and CJS on every Node; the one locale in use goes into the bundle.
  noExternal: [/^i18n-iso-countries\/langs\//],
};

export default defineConfig([
  { ...common, entry: ["src/index.ts"], format: ["esm", "cjs"], clean: true },
  // vitest, which the contract suites import, is ESM only.
  { ...common, entry: { testing: "src/testing/index.ts" }, format: ["esm"] },
]);

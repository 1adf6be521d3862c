import { defineConfig, type Options } from "tsup";

const common: Options = { dts: true, sourcemap: true, target: "node20" };
const entry = ["src/index.ts", "src/s3.ts"];

export default defineConfig([
  { ...common, entry, format: ["esm"], clean: true },
  // The Parquet libraries are ESM only, so the CJS build brings them along.
  { ...common, entry, format: ["cjs"], noExternal: [/^hyparquet/] },
  // vitest, which the contract suites import, is ESM only.
  { ...common, entry: ["src/testing.ts"], format: ["esm"] },
]);

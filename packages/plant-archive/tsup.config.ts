import { rmSync } from "node:fs";
import { defineConfig, type Options } from "tsup";
import { threadSourceForEsbuild } from "./build/thread-source.js";

// By hand: tsup's own `clean` removes the types that another of these configurations has just written.
rmSync("dist", { recursive: true, force: true });

const common: Options = {
  dts: true,
  sourcemap: true,
  target: "node20",
  // Without the prefix a test runner may take `node:stream` for a package.
  removeNodeProtocol: false,
  esbuildPlugins: [threadSourceForEsbuild],
};
const entry = { index: "src/index.ts", s3: "src/object-store/s3/index.ts" };

export default defineConfig([
  { ...common, entry, format: ["esm"] },
  // The Parquet libraries are ESM only, so the CJS build brings them along.
  // One PlantArchiveError for both entries, as in ESM: else `instanceof` would tell them apart.
  { ...common, entry, format: ["cjs"], noExternal: [/^hyparquet/], splitting: true },
  // vitest, which the contract suites import, is ESM only.
  { ...common, entry: { testing: "src/testing/index.ts" }, format: ["esm"] },
]);

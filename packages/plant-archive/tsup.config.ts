import { rmSync, writeFileSync } from "node:fs";
import { defineConfig, type Options } from "tsup";
import { inlinedLicenses } from "../plant-etl/build/inlined-licenses.js";
import { threadSourceForEsbuild } from "./build/thread-source.js";

// By hand: tsup's own `clean` removes the types that another of these configurations has just written.
rmSync("dist", { recursive: true, force: true });

const common: Options = {
  splitting: true,
  dts: true,
  sourcemap: true,
  // The package has src, once, for both formats.
  esbuildOptions: (options) => {
    options.sourcesContent = false;
  },
  target: "node20",
  // Without the prefix a test runner may take `node:stream` for a package.
  removeNodeProtocol: false,
  esbuildPlugins: [threadSourceForEsbuild],
};
// In one build, so that all entries share their classes and types.
const entry = {
  index: "src/index.ts",
  s3: "src/object-store/s3/index.ts",
  testing: "src/testing/index.ts",
};

export default defineConfig([
  { ...common, entry, format: ["esm"] },
  // The Parquet libraries are ESM only, so the CJS build brings them along.
  {
    ...common,
    entry,
    format: ["cjs"],
    noExternal: [/^hyparquet/],
    onSuccess: async () =>
      writeFileSync("dist/LICENSES.txt", inlinedLicenses(["hyparquet", "hyparquet-writer"])),
  },
]);

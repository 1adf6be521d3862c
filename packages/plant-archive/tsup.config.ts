import { rmSync, writeFileSync } from "node:fs";
import { defineConfig, type Options } from "tsup";
import { shared } from "../../tsup.shared.js";
import { inlinedLicenses } from "../plant-etl/build/inlined-licenses.js";
import { threadSourceForEsbuild } from "./build/thread-source.js";

// By hand: tsup's own `clean` removes the types that another of these configurations has just written.
rmSync("dist", { recursive: true, force: true });

const common: Options = {
  ...shared,
  esbuildPlugins: [threadSourceForEsbuild],
};
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

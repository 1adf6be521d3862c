import { rmSync } from "node:fs";
import { defineConfig, type Options } from "tsup";

// By hand: tsup's own `clean` removes the types that another of these configurations has just written.
rmSync("dist", { recursive: true, force: true });

const common: Options = {
  dts: true,
  sourcemap: true,
  target: "node20",
  removeNodeProtocol: false,
};

export default defineConfig([
  {
    ...common,
    entry: {
      dashboard: "src/dashboard/index.ts",
      index: "src/index.ts",
      page: "src/page/index.ts",
      ses: "src/notify/ses-notifier.ts",
      sns: "src/notify/sns-notifier.ts",
    },
    // One copy of what the entries share, in CJS too.
    splitting: true,
    format: ["esm", "cjs"],
  },
  // vitest, which the contract suites import, is ESM only.
  { ...common, entry: { testing: "src/testing/index.ts" }, format: ["esm"] },
]);

import { defineConfig } from "tsup";

export default defineConfig({
  // In one build, so that all entries share their classes and types.
  entry: {
    dashboard: "src/dashboard/index.ts",
    index: "src/index.ts",
    page: "src/page/index.ts",
    ses: "src/notify/ses-notifier.ts",
    sns: "src/notify/sns-notifier.ts",
    testing: "src/testing/index.ts",
  },
  format: ["esm", "cjs"],
  splitting: true,
  clean: true,
  dts: true,
  sourcemap: true,
  // The package has src, once, for both formats.
  esbuildOptions: (options) => {
    options.sourcesContent = false;
  },
  target: "node20",
  removeNodeProtocol: false,
});

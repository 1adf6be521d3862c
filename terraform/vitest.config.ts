import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    reporters: ["default", ["json", { outputFile: "test-report.json" }]],
    // One after another, so that the parser of HCL, which is large, is loaded once.
    isolate: false,
    fileParallelism: false,
  },
});

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    reporters: ["default", ["json", { outputFile: "test-report.json" }]],
    // Most of the time goes by while child processes start.
    maxWorkers: 3,
    testTimeout: 20_000,
  },
});

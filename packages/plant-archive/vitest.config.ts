import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    reporters: ["default", ["json", { outputFile: "test-report.json" }]],
    env: {
      // Else the SDK prints nine lines about Node 20 into the output of every test file that makes a client.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    },
    // Files of many thousands of readings, and real servers: long on a busy machine, and nothing here asserts a time.
    testTimeout: 180_000,
    typecheck: { enabled: true, include: ["test/**/*.test-d.ts"] },
  },
});

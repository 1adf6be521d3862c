import { defineConfig } from "vitest/config";
import { shared } from "../../vitest.shared.js";

export default defineConfig({
  test: {
    ...shared,
    globalSetup: "test/support/global-setup.ts",
    env: {
      // Else the SDK prints nine lines about Node 20 for every test file that makes a client.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    },
  },
});

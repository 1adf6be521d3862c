import { defineConfig } from "vitest/config";
import { shared } from "../../vitest.shared.js";
import { threadSourceForVite } from "./build/thread-source.js";

export default defineConfig({
  plugins: [threadSourceForVite],
  test: {
    ...shared,
    env: {
      // Else the SDK prints nine lines about Node 20 into the output of every test file that makes a client.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    },
  },
});

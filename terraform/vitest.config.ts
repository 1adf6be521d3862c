import { defineConfig } from "vitest/config";
import { shared } from "../vitest.shared.js";

export default defineConfig({
  test: {
    ...shared,
    // One after another, so that the parser of HCL, which is large, is loaded once.
    isolate: false,
    fileParallelism: false,
  },
});

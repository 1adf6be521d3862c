import { defineConfig } from "vitest/config";
import { shared } from "../../vitest.shared.js";

export default defineConfig({
  test: {
    ...shared,
    // Most of the time goes by while child processes start.
    maxWorkers: 3,
  },
});

import { defineConfig } from "vitest/config";
import { shared } from "../../vitest.shared.js";

export default defineConfig({
  test: {
    ...shared,
    typecheck: { enabled: true, include: ["test/**/*.test-d.ts"] },
  },
});

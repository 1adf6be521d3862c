import { defineConfig } from "tsup";
import { shared } from "../../tsup.shared.js";

export default defineConfig({
  ...shared,
  entry: { index: "src/index.ts" },
  format: ["esm", "cjs"],
  clean: true,
});

import { defineConfig } from "tsup";
import { shared } from "../../tsup.shared.js";

export default defineConfig({
  ...shared,
  entry: {
    dashboard: "src/dashboard/index.ts",
    index: "src/index.ts",
    page: "src/page/index.ts",
    ses: "src/notify/ses-notifier.ts",
    sns: "src/notify/sns-notifier.ts",
    testing: "src/testing/index.ts",
  },
  format: ["esm", "cjs"],
  clean: true,
});

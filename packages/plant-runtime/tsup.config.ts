import { defineConfig } from "tsup";
import { shared } from "../../tsup.shared.js";

export default defineConfig({
  ...shared,
  entry: {
    index: "src/index.ts",
    open: "src/open/index.ts",
    mssql: "src/open/mssql.ts",
    s3: "src/open/s3.ts",
    ses: "src/open/ses.ts",
    sns: "src/open/sns.ts",
  },
  format: ["esm", "cjs"],
  clean: true,
});

import { defineConfig } from "tsup";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    open: "src/open/index.ts",
    mssql: "src/open/mssql.ts",
    s3: "src/open/s3.ts",
    ses: "src/open/ses.ts",
    sns: "src/open/sns.ts",
  },
  // One UserError for all entries, in CJS too.
  splitting: true,
  format: ["esm", "cjs"],
  dts: true,
  clean: true,
  sourcemap: true,
  target: "node20",
  removeNodeProtocol: false,
});

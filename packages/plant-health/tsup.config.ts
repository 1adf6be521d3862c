import { defineConfig } from "tsup";

export default defineConfig({
  entry: { index: "src/index.ts" },
  // One copy of what the entries share, in CJS too.
  splitting: true,
  format: ["esm", "cjs"],
  dts: true,
  clean: true,
  sourcemap: true,
  target: "node20",
  removeNodeProtocol: false,
});

import { defineConfig } from "tsup";

export default defineConfig({
  entry: ["src/index.ts"],
  format: ["esm", "cjs"],
  dts: true,
  clean: true,
  sourcemap: true,
  // The package has src, once, for both formats.
  esbuildOptions: (options) => {
    options.sourcesContent = false;
  },
  target: "node20",
  // Without the prefix a test runner may take `node:stream` for a package.
  removeNodeProtocol: false,
});

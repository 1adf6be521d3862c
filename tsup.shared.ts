import type { Options } from "tsup";

type Plugin = NonNullable<Options["plugins"]>[number];

/**
 * Types with maps to src, so that "go to definition" opens the TypeScript source: tsup's own `dts` writes no maps. All
 * entries in one bundle, so that a class or a brand is declared once. `tsup --no-dts` leaves them out.
 */
const declarations: Plugin = {
  name: "declarations",
  async buildEnd() {
    const { dts: wanted, entry, outDir } = this.options;
    // The type has no `false`, which --no-dts gives.
    if ((wanted as unknown) === false || this.format !== "esm") return;
    const { rollup } = await import("rollup");
    const { dts } = await import("rollup-plugin-dts");
    const bundle = await rollup({
      input: entry,
      plugins: [dts({ sourcemap: true, tsconfig: "tsconfig.json" })],
      onLog: (_level, { code, message }) => {
        // A thread exports nothing.
        if (code !== "EMPTY_BUNDLE") throw new Error(message);
      },
    });
    for (const extension of ["d.ts", "d.cts"])
      await bundle.write({
        dir: outDir,
        entryFileNames: `[name].${extension}`,
        chunkFileNames: `[name]-[hash].${extension}`,
        sourcemap: true,
        // The package has src, once, for all maps.
        sourcemapExcludeSources: true,
      });
    await bundle.close();
  },
};

/** What the builds of all packages have in common. */
export const shared: Options = {
  // In one build, so that all entries share their classes.
  splitting: true,
  sourcemap: true,
  // The package has src, once, for both formats.
  esbuildOptions: (options) => {
    options.sourcesContent = false;
  },
  target: "node20",
  // Without the prefix a test runner may take `node:stream` for a package.
  removeNodeProtocol: false,
  plugins: [declarations],
};

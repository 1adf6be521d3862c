import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";

const url = fileURLToPath(new URL("node-fetch-url.ts", import.meta.url));

/**
 * Bundles cross-fetch with node-fetch, which it is in Node, for tsup. As a dependency, node-fetch makes whoever bundles it
 * load `punycode` and call `url.parse`, of which Node 22 and 24 warn, brings 290 kB of tables for another URL parser than
 * Node's, and cannot be bundled as ESM, because cross-fetch requires the CJS version of it.
 */
export const inlineCrossFetch: Plugin = {
  name: "inline-cross-fetch",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^node-fetch$/ }, async ({ path, resolveDir, kind, pluginData }) => {
      if (pluginData === "node-fetch") return undefined;
      const found = await resolve(path, { resolveDir, kind, pluginData: "node-fetch" });
      return { path: found.path.replace(/\.js$/, ".mjs"), sideEffects: false };
    });
    // With the scheme, because vitest looks for `stream` in a folder where stream-browserify is installed.
    onResolve({ filter: /^(http|https|stream|zlib)$/ }, ({ path }) => ({
      path: `node:${path}`,
      external: true,
    }));
    onResolve({ filter: /^(url|whatwg-url)$/ }, ({ importer }) =>
      importer.endsWith(join("node-fetch", "lib", "index.mjs")) ? { path: url } : undefined,
    );
  },
};

/** For tsup's `noExternal`: what this plugin has to see. */
export const inlinedForCrossFetch = [/^cross-fetch$/, /^node-fetch$/, /^whatwg-url$/, /^url$/];

// How the handlers become one file each; the tests' bundles are made alike.
import { build } from "esbuild";

/** Writes each entry, `{ name: file }`, to `outdir/name.mjs`, with everything that it needs inside. */
export async function bundle(entries, outdir, options = {}) {
  return await build({
    entryPoints: entries,
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    minify: true,
    // Names of functions stay in stack traces, and of classes in errors.
    keepNames: true,
    legalComments: "none",
    // Modules that are not of this format ask for Node's own ones by this.
    banner: {
      js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
    },
    logLevel: "warning",
    // Chunks of our own packages that this handler does not need.
    logOverride: { "ignored-bare-import": "silent" },
    metafile: true,
    plugins: [withoutAzure],
    ...options,
  });
}

/**
 * tedious loads the libraries of Azure's logins at its start: half of a bundle, and of the time to load it. The URL of a
 * database has a user and a password, so that none of them is called.
 */
const withoutAzure = {
  name: "without-azure",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@azure\// }, ({ path }) => ({ path, namespace: "without-azure" }));
    onLoad({ filter: /.*/, namespace: "without-azure" }, () => ({ contents: "module.exports = {};" }));
  },
};

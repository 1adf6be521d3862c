import { writeFileSync } from "node:fs";
import { defineConfig } from "tsup";
import { threadSourceForEsbuild } from "../../packages/plant-archive/build/thread-source.js";
import { inlineCrossFetch, inlinedForCrossFetch } from "../../packages/plant-etl/build/inline-cross-fetch.js";
import { inlinedLicenses } from "../../packages/plant-etl/build/inlined-licenses.js";
import { directImports } from "./build/direct-imports.js";
import { requiredBuiltins } from "./build/required-builtins.js";
import { sharedChunk } from "./build/shared-chunk.js";
import { workspaceSources } from "./build/workspace-sources.js";

const inlinedLibraries = [
  "@hono/node-server",
  "@noble/hashes",
  "commander",
  "cross-fetch",
  "diacritics",
  "hono",
  "hyparquet",
  "hyparquet-writer",
  "i18n-iso-countries",
  "kysely",
  "libphonenumber-js",
  "node-fetch",
  "zod",
];

export default defineConfig({
  entry: { plant: "src/plant.ts", "sqlite-worker": "../../schema/src/sqlite/worker.ts" },
  format: ["esm"],
  // A chunk for each command, which `plant` imports when the command is named, and one for what most of them need.
  splitting: true,
  clean: true,
  sourcemap: true,
  target: "node20",
  esbuildPlugins: [
    sharedChunk,
    requiredBuiltins,
    directImports,
    workspaceSources,
    threadSourceForEsbuild,
    inlineCrossFetch,
  ],
  // The packages of this workspace, from their sources; and what would be hundreds of files to read at each start.
  noExternal: [
    /^@lmnh\//,
    ...inlinedForCrossFetch,
    // By the libraries below.
    /^node:/,
    /^@noble\/hashes\//,
    /^commander$/,
    /^diacritics$/,
    /^i18n-iso-countries\//,
    /^@hono\/node-server$/,
    /^hono/,
    /^hyparquet(-writer)?(\/|$)/,
    /^kysely$/,
    /^libphonenumber-js$/,
    /^zod(\/|$)/,
  ],
  skipNodeModulesBundle: true,
  loader: { ".sql": "text", ".csv": "text" },
  removeNodeProtocol: false,
  onSuccess: async () => writeFileSync("dist/LICENSES.txt", inlinedLicenses(inlinedLibraries)),
});

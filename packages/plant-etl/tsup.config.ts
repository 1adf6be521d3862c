import { rmSync, writeFileSync } from "node:fs";
import { defineConfig, type Options } from "tsup";
import { shared } from "../../tsup.shared.js";
import { inlineCrossFetch, inlinedForCrossFetch } from "./build/inline-cross-fetch.js";
import { inlinedLicenses } from "./build/inlined-licenses.js";

// By hand: tsup's own `clean` removes what the other of these configurations has just written.
rmSync("dist", { recursive: true, force: true });

const common: Options = {
  ...shared,
  entry: {
    index: "src/index.ts",
    fetch: "src/entries/fetch.ts",
    http: "src/entries/http.ts",
    memory: "src/entries/memory.ts",
    opentelemetry: "src/entries/opentelemetry.ts",
    recording: "src/entries/recording.ts",
    sql: "src/entries/sql.ts",
    testing: "src/testing/index.ts",
  },
  esbuildPlugins: [inlineCrossFetch],
};

const inlined = [
  ...inlinedForCrossFetch,
  // JSON cannot be imported alike from ESM and CJS on every Node; the one locale in use goes into the bundle.
  /^i18n-iso-countries\/langs\//,
  // ESM only, and of use with one function.
  /^@noble\/hashes\//,
];

const libraries = [
  "@noble/hashes",
  "cross-fetch",
  "i18n-iso-countries",
  "libphonenumber-js",
  "node-fetch",
  "zod",
];

export default defineConfig([
  {
    ...common,
    format: ["esm"],
    noExternal: inlined,
    onSuccess: async () => writeFileSync("dist/LICENSES.txt", inlinedLicenses(libraries)),
  },
  // The CJS builds of these two cannot be bundled in part: a bundle would have 50 languages of zod.
  { ...common, format: ["cjs"], noExternal: [...inlined, /^zod(\/|$)/, /^libphonenumber-js$/] },
]);

import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const libraries = "zod and libphonenumber-js";
const resolveDir = fileURLToPath(new URL(".", import.meta.url));

const uses = {
  [libraries]: {
    "zod/mini": ["object", "string"],
    "libphonenumber-js": ["parsePhoneNumberFromString"],
  },
  "the transform": { "@lmnh/plant-etl": ["transformResponse", "lmnhTransform"] },
  "a run with other adapters": { "@lmnh/plant-etl": ["runEtl", "lmnhTransform"] },
  "a run over HTTP": {
    "@lmnh/plant-etl": ["runEtl", "lmnhTransform"],
    "@lmnh/plant-etl/http": ["httpPlantSource"],
  },
  "a run over another fetch": {
    "@lmnh/plant-etl": ["runEtl", "lmnhTransform"],
    "@lmnh/plant-etl/fetch": ["fetchPlantSource"],
  },
};

export const size = {
  name: "size",
  title: "Bundles of plant-etl",
  options: {},
  rounds: 1,
  alternative: libraries,
  measures: {
    esmKb: { title: "ESM, kB", digits: 0, compared: true },
    cjsKb: { title: "CJS, kB", digits: 0 },
  },
  describe: () =>
    "One program for each, minified by esbuild for Node with everything that it imports. The size does not vary.",
  prepare: async () => ({ context: {}, release() {} }),
  ways: Object.fromEntries(
    Object.entries(uses).map(([way, imports]) => [
      way,
      async () => ({ esmKb: await bundleKb(imports, "esm"), cjsKb: await bundleKb(imports, "cjs") }),
    ]),
  ),
};

/** The size of a program that imports and uses the functions. */
async function bundleKb(imports, format) {
  const lines = Object.entries(imports).map(([entry, names]) => {
    const bindings = `{ ${names.join(", ")} }`;
    return format === "esm"
      ? `import ${bindings} from "${entry}";`
      : `const ${bindings} = require("${entry}");`;
  });
  const contents = [...lines, `console.log(${Object.values(imports).flat().join(", ")});`].join("\n");
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    minify: true,
    platform: "node",
    format,
    write: false,
    logLevel: "error",
  });
  return outputFiles[0].contents.length / 1000;
}

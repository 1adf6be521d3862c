// `import source from "./worker.js?thread-source"` gives a module, with everything that it imports, as the text of one
// script. A thread that is started from text needs no file beside whatever bundle this package ends up in.
import { dirname, resolve } from "node:path";
import { build, type Plugin } from "esbuild";

const suffix = "?thread-source";

async function bundleText(path: string): Promise<{ text: string; inputs: string[] }> {
  const { outputFiles, metafile } = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    minify: true,
    // Also those of the libraries within.
    legalComments: "none",
  });
  return { text: outputFiles[0]?.text ?? "", inputs: Object.keys(metafile.inputs) };
}

const toSource = (path: string, importer: string) =>
  resolve(dirname(importer), path.slice(0, -suffix.length)).replace(/\.js$/, ".ts");

/** For tsup. */
export const threadSourceForEsbuild: Plugin = {
  name: "thread-source",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\?thread-source$/ }, ({ path, importer }) => ({
      path: toSource(path, importer),
      namespace: "thread-source",
    }));
    onLoad({ filter: /.*/, namespace: "thread-source" }, async ({ path }) => {
      const { text, inputs } = await bundleText(path);
      return { contents: text, loader: "text", watchFiles: inputs.map((input) => resolve(input)) };
    });
  },
};

/** For vitest. */
export const threadSourceForVite = {
  name: "thread-source",
  enforce: "pre" as const,
  resolveId: (path: string, importer: string | undefined) =>
    path.endsWith(suffix) && importer !== undefined ? `${toSource(path, importer)}${suffix}` : null,
  load: async (id: string) =>
    id.endsWith(suffix)
      ? `export default ${JSON.stringify((await bundleText(id.slice(0, -suffix.length))).text)}`
      : null,
};

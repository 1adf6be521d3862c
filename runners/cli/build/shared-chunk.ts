import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";
import { entryPath } from "./workspace-sources.js";

/** Is imported first, and by itself writes help and the version. */
const start = source("src/run-process.ts");
/** Modules that most commands load, each with everything that it imports. */
const shared = [
  source("src/command-line/add-command.ts"),
  source("src/commands/status.ts"),
  source("../../packages/plant-runtime/src/open/directory.ts"),
  entryPath("@lmnh/plant-schema/sqlite"),
];

const later = "imported-later";

/**
 * Puts the modules that most commands load into one chunk. esbuild makes a chunk of the modules that the same entries
 * reach, whether or not the entries use them: dozens of small ones, each of which Node needs longer to find than to run.
 * With this, each module that is imported later reaches all of them.
 */
export const sharedChunk: Plugin = {
  name: "shared-chunk",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(?:\.|@lmnh\/)/ }, ({ path, kind, importer, namespace }) => {
      if (kind !== "dynamic-import" || namespace !== "file") return undefined;
      const file = path.startsWith(".")
        ? resolve(dirname(importer), path.replace(/\.js$/, ".ts"))
        : entryPath(path);
      return file === start ? undefined : { path: file, namespace: later };
    });
    onLoad({ filter: /.*/, namespace: later }, ({ path }) => ({
      contents: [
        `export * from ${JSON.stringify(path)};`,
        ...[start, ...shared].map((file, nth) => `import * as shared${nth} from ${JSON.stringify(file)};`),
      ].join("\n"),
    }));
    onResolve({ filter: /.*/, namespace: later }, ({ path }) => ({
      path,
      namespace: "file",
      // Else an import of what is not used would stay.
      sideEffects: false,
    }));
  },
};

function source(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

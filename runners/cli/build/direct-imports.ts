import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Plugin } from "esbuild";
import { entryPath } from "./workspace-sources.js";

/** A module, and the name of a value there. */
interface Origin {
  readonly file: string;
  readonly name: string;
}

const named = /^(import|export)( type)? \{([^}]*)\} from "([^"]+)";/gm;
const everything = /^export \* from "([^"]+)";/gm;
const declared = /^export (?:async )?(?:const|let|function\*?|class) (\w+)/gm;

/**
 * Imports the values of the workspace's packages from the modules that declare them. esbuild gives each module to the chunks
 * of all entries that reach it, and through an entry with many re-exports each command reaches every module.
 */
export const directImports: Plugin = {
  name: "direct-imports",
  setup({ onLoad }) {
    const known = new Map<string, ReadonlyMap<string, Origin>>();
    onLoad(
      {
        namespace: "file",
        filter: /[\\/](?:schema|packages[\\/][^\\/]+|runners[\\/]cli)[\\/]src[\\/].*\.ts$/,
      },
      ({ path }) => ({
        contents: readFileSync(path, "utf8").replace(
          named,
          (statement, keyword: string, type, names: string, from: string) => {
            if (type !== undefined || !from.startsWith("@lmnh/")) return statement;
            const origins = exportsOf(entryPath(from), known);
            const imports = namesIn(names).map(({ name, as }) => {
              const origin = origins.get(name);
              if (origin === undefined)
                throw new Error(`${from} has no value ${name}, which ${path} imports`);
              return `${keyword} { ${origin.name} as ${as} } from ${JSON.stringify(origin.file)};`;
            });
            // As many lines as before, for the source map.
            return imports.join(" ") + statement.replace(/[^\n]/g, "");
          },
        ),
        loader: "ts",
      }),
    );
  },
};

/** The values that a module exports, by name. */
function exportsOf(
  file: string,
  known: Map<string, ReadonlyMap<string, Origin>>,
): ReadonlyMap<string, Origin> {
  const found = known.get(file);
  if (found !== undefined) return found;
  const content = readFileSync(file, "utf8");
  const origins = new Map<string, Origin>();
  known.set(file, origins);
  const target = (from: string) =>
    from.startsWith("@lmnh/") ? entryPath(from) : resolve(dirname(file), from.replace(/\.js$/, ".ts"));
  for (const [, name = ""] of content.matchAll(declared)) origins.set(name, { file, name });
  for (const [, keyword, type, names = "", from = ""] of content.matchAll(named)) {
    if (keyword !== "export" || type !== undefined) continue;
    const isOurs = from.startsWith(".") || from.startsWith("@lmnh/");
    const there = isOurs ? exportsOf(target(from), known) : new Map<string, Origin>();
    for (const { name, as } of namesIn(names)) origins.set(as, there.get(name) ?? { file, name: as });
  }
  for (const [, from = ""] of content.matchAll(everything))
    for (const [name, origin] of exportsOf(target(from), known)) origins.set(name, origin);
  return origins;
}

/** The values in a list of names such as `a, b as c, type D`. */
function namesIn(list: string): { readonly name: string; readonly as: string }[] {
  return list
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "" && !part.startsWith("type "))
    .map((part) => {
      const [name = "", as = name] = part.split(" as ");
      return { name, as };
    });
}

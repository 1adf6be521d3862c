import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { convertFiles } from "@cdktf/hcl2json";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What a block of HCL is as JSON: its arguments, and its inner blocks as arrays. */
export interface Block {
  readonly [name: string]: unknown;
}

type Labelled = Readonly<Record<string, readonly Block[]>>;

/** A folder of .tf files, as text and parsed. */
export interface Module {
  /** From `terraform/`; `.` is the root module. */
  readonly path: string;
  readonly files: readonly { readonly name: string; readonly text: string }[];
  readonly variables: Labelled;
  readonly outputs: Labelled;
  readonly resources: Readonly<Record<string, Labelled>>;
  readonly data: Readonly<Record<string, Labelled>>;
  readonly locals: Block;
  readonly terraform: Block;
}

const folders = [".", ...readdirSync(join(root, "modules")).map((name) => join("modules", name))];

/** Every module, parsed; it throws where a file is no HCL. */
export const modules: readonly Module[] = await Promise.all(folders.map(readModule));

export const rootModule = moduleAt(".");

export function moduleAt(path: string): Module {
  const found = modules.find((module) => module.path === path);
  if (found === undefined) throw new Error(`There is no module ${path}.`);
  return found;
}

/** Blocks of a name, those that `dynamic` makes among them. */
export function blocksOf(block: Block, name: string): readonly Block[] {
  const dynamic = (block.dynamic ?? {}) as Readonly<Record<string, readonly { content: readonly Block[] }[]>>;
  const made = (dynamic[name] ?? []).flatMap(({ content }) => content);
  return [...((block[name] ?? []) as readonly Block[]), ...made];
}

/** How an expression of HCL stands in the JSON. */
export function expression(hcl: string): string {
  return `\${${hcl}}`;
}

export function readText(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

async function readModule(path: string): Promise<Module> {
  const folder = join(root, path);
  const names = readdirSync(folder).filter((name) => name.endsWith(".tf"));
  const parsed = await convertFiles(folder);
  return {
    path,
    files: names.map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") })),
    variables: parsed.variable ?? {},
    outputs: parsed.output ?? {},
    resources: parsed.resource ?? {},
    data: parsed.data ?? {},
    locals: Object.assign({}, ...(parsed.locals ?? [])),
    terraform: Object.assign({}, ...(parsed.terraform ?? [])),
  };
}

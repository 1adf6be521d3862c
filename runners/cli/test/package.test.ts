import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { expect, test } from "vitest";
import packageJson from "../package.json";

const dist = new URL("../dist/", import.meta.url);

test("every library that dist imports is a dependency of the package, and each dependency is imported", () => {
  const imported = readdirSync(dist)
    .filter((name) => name.endsWith(".js"))
    .flatMap((name) => [
      ...readFileSync(new URL(name, dist), "utf8").matchAll(
        /(?:^import (?:[^"]* from )?"|^} from "|\bimport\(")([^."][^"]*)"/gm,
      ),
    ])
    .map(([, specifier = ""]) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? "")
    .filter((name) => !name.startsWith("node:") && !builtinModules.includes(name));
  expect([...new Set(imported)].sort()).toEqual(Object.keys(packageJson.dependencies).sort());
});

test("dist has zod's messages in one language, as `import * as z` makes it", () => {
  const languages = readdirSync(dist)
    .filter((name) => name.endsWith(".js"))
    .flatMap((name) => [
      ...readFileSync(new URL(name, dist), "utf8").matchAll(/^\/\/ .*\/zod\/v4\/locales\/(.*)\.js$/gm),
    ])
    .map(([, language]) => language);
  expect(languages).toEqual(["en"]);
});

test("plant status loads what most commands need as one file", () => {
  const loaded = new Set<string>();
  const load = (name: string) => {
    if (loaded.has(name)) return;
    loaded.add(name);
    const content = readFileSync(new URL(name, dist), "utf8");
    const imported = content.matchAll(
      /^(?:import (?:[^"]* from )?|\} from )"\.\/([^"]*)"|import\("\.\/((?:run-process|add-command|status|sqlite|directory)-[A-Z\d]+\.js)"\)/gm,
    );
    for (const [, now, later] of imported) load(now ?? later ?? "");
  };
  load("plant.js");
  // Those six, what they share, what they share with the start or the worker, and esbuild's own functions.
  expect(loaded.size).toBeLessThanOrEqual(11);
  expect([...loaded].join()).toMatch(/\bsqlite-/);
});

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

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../../../", import.meta.url);
const comparison = readFileSync(new URL("docs/comparison.md", root), "utf8");

test("docs/comparison.md names tests that exist", () => {
  const named = [...comparison.matchAll(/\]\(\.\.\/([^)]+\.test\.ts)\)((?:,? "[^"]+")*)/g)].map(
    ([, file = "", titles = ""]) => ({
      file,
      titles: [...titles.matchAll(/"([^"]+)"/g)].map(([, title]) => title),
    }),
  );
  expect(named.length).toBeGreaterThan(20);
  for (const { file, titles } of named) {
    const source = readFileSync(new URL(file, root), "utf8");
    expect(titles, file).not.toEqual([]);
    for (const title of titles) {
      expect(source.includes(`"${title}"`), `${file} has a test "${title}"`).toBe(true);
    }
  }
});

test("docs/comparison.md defines each footnote once and uses it", () => {
  const defined = [...comparison.matchAll(/^\[\^([\w-]+)\]:/gm)].map(([, name]) => name);
  const used = [...comparison.matchAll(/\[\^([\w-]+)\](?!:)/g)].map(([, name]) => name);
  expect(defined.toSorted()).toEqual([...new Set(used)].toSorted());
});

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const example = fileURLToPath(new URL("own-museum.mjs", import.meta.url));
const readme = fileURLToPath(new URL("../packages/plant-etl/README.md", import.meta.url));

test("the README of plant-etl contains own-museum.mjs in parts, which prints what it says", async () => {
  const text = await readFile(readme, "utf8");
  const section = text.slice(text.indexOf("## Another museum"), text.indexOf("## Write your own"));
  const blocks = [...section.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code);
  expect(blocks.join("\n")).toBe(await readFile(example, "utf8"));
  const { stdout } = await promisify(execFile)(process.execPath, [example]);
  expect(blocks.at(-1)).toContain(`// ${stdout}`);
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { VerifiedFile } from "../../src/model/archive-file.js";
import { archiveAll, collect, hour, insert } from "../../src/testing/catalog/fixtures.js";
import { buildReading } from "../../src/testing/reading-builders.js";
import { openSqliteCatalog } from "../support/sqlite-catalog.js";

const program = fileURLToPath(new URL("../support/catalog-process.mjs", import.meta.url));

let under: Awaited<ReturnType<typeof openSqliteCatalog>>;
beforeEach(async () => {
  under = await openSqliteCatalog();
});
afterEach(() => under.close());

const hours = ["08", "09", "10", "11"].map((text) => hour(`2026-01-28T${text}`));
const readings = hours.flatMap((partition) =>
  Array.from({ length: 1500 }, (_, number) =>
    buildReading(number % 50, `${partition}:${String(Math.floor(number / 50)).padStart(2, "0")}:00.000Z`),
  ),
);

/** What each outcome was, a process each; `null` for one that was killed, `killAfterMs` from when they set to work. */
async function run(
  verb: "claim" | "prune",
  args: readonly string[],
  killAfterMs?: number,
): Promise<(unknown[] | null)[]> {
  const children = args.map((each) =>
    spawn(process.execPath, [program, verb, `sqlite:${under.path}`, each], {
      stdio: ["pipe", "pipe", "inherit"],
    }),
  );
  const outputs = children.map(async (child) => {
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    const [code] = await once(child, "close");
    if (killAfterMs === undefined) expect(code).toBe(0);
    const outcomes = output.replace("ready\n", "");
    return outcomes === "" ? null : (JSON.parse(outcomes) as unknown[]);
  });
  await Promise.all(children.map((child) => once(child.stdout, "data")));
  for (const child of children) child.stdin.write("go");
  if (killAfterMs !== undefined) {
    await sleep(killAfterMs);
    for (const child of children) child.kill("SIGKILL");
  }
  return await Promise.all(outputs);
}

test("three archivers at once give each reading to one file", async () => {
  await insert(under, readings.slice(0, 2000));
  const names = ["a", "b", "c"];
  const rows = await run("claim", names);
  expect(rows.flat().reduce((sum: number, count) => sum + Number(count), 0)).toBe(2000);
  // Else they did not run at once.
  const shares = rows.filter((counts) => counts?.some((count) => Number(count) > 0));
  expect(shares.length).toBeGreaterThan(1);
  const files = await under.catalog.files();
  const counts = await Promise.all(
    files.map(async (file) => (await collect(under.catalog.rows(file))).length),
  );
  expect(counts).toEqual(files.map((file) => file.rows));
});

test("three archivers at once prune each file once", async () => {
  await insert(under, readings);
  const files: VerifiedFile[] = [];
  for (const partition of hours) files.push((await archiveAll(under, partition, partition)).file);
  const outcomes = await run("prune", Array(3).fill(JSON.stringify(files)));
  for (const place of hours.keys()) {
    const kinds = outcomes.map((kinds) => kinds?.[place]).sort();
    expect(kinds).toEqual(["elsewhere", "elsewhere", "pruned"]);
  }
  expect((await under.tables.state()).readings).toEqual([]);
});

test("an archiver that is killed while it prunes leaves all or none of each file's readings, and the next one continues", async () => {
  let killed = 0;
  for (const killAfterMs of [10, 25, 50]) {
    await insert(under, readings);
    const files: VerifiedFile[] = [];
    for (const partition of hours)
      files.push((await archiveAll(under, `${partition} ${killAfterMs}`, partition)).file);
    if ((await run("prune", [JSON.stringify(files)], killAfterMs))[0] === null) killed += 1;
    for (const { key } of files) {
      const file = (await under.catalog.files()).find((one) => one.key === key);
      if (file === undefined) throw new Error(`${key} is gone`);
      const left = await collect(under.catalog.rows(file));
      expect([file.state, left.length]).toEqual(left.length === 0 ? ["pruned", 0] : ["verified", 1500]);
    }
    await run("prune", [JSON.stringify(files)]);
    expect((await under.tables.state()).readings).toEqual([]);
  }
  expect(killed).toBeGreaterThan(0);
});

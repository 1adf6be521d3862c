import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { VerifiedFile } from "../src/archive-file.js";
import { buildReading } from "../src/testing/builders.js";
import { archiveAll, collect, hour, insert } from "../src/testing/ledger/under-test.js";
import { openSqliteLedger } from "./helpers/sqlite-ledger.js";

const program = fileURLToPath(new URL("helpers/ledger-process.mjs", import.meta.url));

let under: Awaited<ReturnType<typeof openSqliteLedger>>;
beforeEach(async () => {
  under = await openSqliteLedger();
});
afterEach(() => under.close());

const hours = ["08", "09", "10", "11"].map((text) => hour(`2026-01-28T${text}`));
const readings = hours.flatMap((partition) =>
  Array.from({ length: 1500 }, (_, number) =>
    buildReading(number % 50, `${partition}:${String(Math.floor(number / 50)).padStart(2, "0")}:00.000Z`),
  ),
);

/** What each outcome was; `null` for a process that was killed, `killAfterMs` from when it set to work. */
async function run(verb: "claim" | "prune", told: string, killAfterMs?: number): Promise<unknown[] | null> {
  const child = spawn(process.execPath, [program, verb, `sqlite:${under.path}`, told], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const closed = once(child, "close");
  if (killAfterMs !== undefined) {
    await once(child.stdout, "data");
    await sleep(killAfterMs);
    child.kill("SIGKILL");
  }
  const [code] = await closed;
  if (killAfterMs === undefined) expect(code).toBe(0);
  const outcomes = output.replace("started\n", "");
  return outcomes === "" ? null : (JSON.parse(outcomes) as unknown[]);
}

test("three archivers at once give each reading to one file", async () => {
  await insert(under, readings.slice(0, 2000));
  const names = ["a", "b", "c"];
  const rows = await Promise.all(names.map((name) => run("claim", name)));
  expect(rows.flat().reduce((sum: number, count) => sum + Number(count), 0)).toBe(2000);
  // Else they did not run at once.
  const shares = rows.filter((counts) => counts?.some((count) => Number(count) > 0));
  expect(shares.length).toBeGreaterThan(1);
  const files = await under.ledger.files();
  const held = await Promise.all(
    files.map(async (file) => (await collect(under.ledger.readings(file))).length),
  );
  expect(held).toEqual(files.map((file) => file.rows));
});

test("three archivers at once prune each file once", async () => {
  await insert(under, readings);
  const files: VerifiedFile[] = [];
  for (const partition of hours) files.push((await archiveAll(under, partition, partition)).file);
  const outcomes = await Promise.all([1, 2, 3].map(() => run("prune", JSON.stringify(files))));
  for (const place of hours.keys()) {
    const kinds = outcomes.map((kinds) => kinds?.[place]).sort();
    expect(kinds).toEqual(["elsewhere", "elsewhere", "pruned"]);
  }
  expect((await under.tables.state()).readings).toEqual([]);
});

test("an archiver that is killed while it prunes leaves each file's readings whole or gone, and the next one goes on", async () => {
  let killed = 0;
  for (const killAfterMs of [10, 25, 50]) {
    await insert(under, readings);
    const files: VerifiedFile[] = [];
    for (const partition of hours)
      files.push((await archiveAll(under, `${partition} ${killAfterMs}`, partition)).file);
    if ((await run("prune", JSON.stringify(files), killAfterMs)) === null) killed += 1;
    for (const { key } of files) {
      const file = (await under.ledger.files()).find((one) => one.key === key);
      if (file === undefined) throw new Error(`${key} is gone`);
      const left = await collect(under.ledger.readings(file));
      expect([file.state, left.length]).toEqual(left.length === 0 ? ["pruned", 0] : ["verified", 1500]);
    }
    await run("prune", JSON.stringify(files));
    expect((await under.tables.state()).readings).toEqual([]);
  }
  expect(killed).toBeGreaterThan(0);
}, 60_000);

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ArchiveReport } from "@lmnh/plant-archive";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { pullTimes } from "../../src/demo/pull-times.js";
import { compareTotals, sumReports } from "../../src/demo/totals.js";
import { makeFolder } from "../support/folder.js";
import { countIn } from "../support/museum.js";
import { plant, startPlant } from "../support/plant.js";

interface DemoResult {
  readonly runs: number;
  readonly requested: number;
  readonly readings: number;
  readonly archive: ArchiveReport;
}

/** Two days, the shortest of which a part is pruned, of 12 runs. */
const quick = ["demo", "--days", "2", "--every", "4h"];

describe("plant demo", () => {
  const cwd = makeFolder();
  const file = join(cwd, "plant-data/demo/plants.db");
  const countRuns = () => countIn(file, "SELECT count(*) FROM etl_run");
  let first: DemoResult;
  beforeAll(async () => {
    const { code, stdout } = await plant([...quick, "--json"], { cwd });
    expect(code).toBe(0);
    first = JSON.parse(stdout) as DemoResult;
  });

  test("fills a new database, with the number of readings that it prints", () => {
    const { runs, requested, readings, archive } = first;
    expect([runs, requested]).toEqual([12, 600]);
    expect(archive).toMatchObject({ verified: true, complete: true, archived: { files: 11 } });
    expect(countIn(file, "SELECT count(*) FROM plant_reading")).toBe(readings - archive.pruned.rows);
    expect(countRuns()).toBe(12);
  });

  test("archives closed hours and prunes readings older than a day, and plant archive verify succeeds", async () => {
    const { archive } = first;
    expect(archive.pruned.files).toBeGreaterThan(3);
    expect(archive.summarized.length).toBeGreaterThan(0);
    const { code, stdout: verified } = await plant(
      [
        "archive",
        "verify",
        "--deep",
        "--json",
        ...["--database", "sqlite:plant-data/demo/plants.db", "--archive", "file:plant-data/demo/archive"],
      ],
      { cwd },
    );
    expect(code).toBe(0);
    expect(JSON.parse(verified)).toMatchObject({ problems: [], ...archive.archived });
  });

  test("replaces an earlier demo, and prints tables, the path of the file, and the next commands", async () => {
    const { code, stdout } = await plant(quick, { cwd });
    expect(code).toBe(0);
    expect(countRuns()).toBe(12);
    for (const text of [
      "plant_reading",
      "no flag",
      "Hottest",
      "Driest",
      "readings in 11 files",
      "verified before its readings were deleted",
      "The archive is plant-data/demo/archive.",
      "plant archive verify --deep",
      "sqlite3 plant-data/demo/plants.db",
      "plant run --api",
    ])
      expect(stdout).toContain(text);
  });

  test.each([
    ["pulls", "SIGINT", /API is simulated/],
    ["archives", "SIGTERM", /verified plant_reading/],
  ] as const)("that is stopped while it %s reports it and exits with 75", async (_phase, name, begun) => {
    const { signal, ended, until } = startPlant([...quick, "--verbose"]);
    await until("stderr", begun);
    signal(name);
    const { code, stdout, stderr } = await ended;
    expect([code, stdout]).toEqual([75, ""]);
    expect(stderr).not.toMatch(/^pruned /m);
    expect(stderr).toMatch(/\nerror: The demo was stopped\. Start it again: plant demo\n$/);
  });

  test("does not replace a file that no demo created", async () => {
    const cwd = makeFolder();
    const file = join(cwd, "mine/plants.db");
    mkdirSync(join(cwd, "mine"));
    for (const [content, path] of [
      ["something of mine", file],
      ["", file],
    ] as const) {
      writeFileSync(path, content);
      const { code, stderr } = await plant([...quick, "--dir", "mine"], { cwd });
      expect([code, stderr]).toEqual([
        78,
        expect.stringMatching(/^error: mine\/plants\.db exists and was not created by plant demo/),
      ]);
      expect(readFileSync(path, "utf8")).toBe(content);
    }
    await plant(["migrate", "--database", "sqlite:mine/real.db"], { cwd });
    expect(existsSync(join(cwd, "mine/real.db"))).toBe(true);
  });

  test("does not replace a real database at the demo's path", async () => {
    const cwd = makeFolder();
    mkdirSync(join(cwd, "mine"));
    await plant(["migrate", "--database", "sqlite:mine/plants.db"], { cwd });
    expect((await plant([...quick, "--dir", "mine"], { cwd })).code).toBe(78);
    expect(countIn(join(cwd, "mine/plants.db"), "SELECT count(*) FROM schema_migration")).toBeGreaterThan(0);
  });
});

test("plant demo detects every number that differs between reports and database", () => {
  const totals = sumReports([]);
  expect(compareTotals(totals, totals)).toEqual([]);
  for (const key of Object.keys(totals))
    expect(compareTotals(totals, { ...totals, [key]: 1 })).toEqual([key]);
});

test("pullTimes are round times that fill the days, the last one not after now", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4_000_000_000_000 }),
      fc.integer({ min: 1, max: 31 }),
      fc.integer({ min: 60_000, max: 86_400_000 }),
      (nowMs, days, everyMs) => {
        const pulls = pullTimes(nowMs, days, everyMs);
        expect(pulls).toHaveLength(Math.floor((days * 86_400_000) / everyMs));
        expect(
          pulls.every(
            (at, index) => at % everyMs === 0 && (index === 0 || at - (pulls[index - 1] ?? 0) === everyMs),
          ),
        ).toBe(true);
        expect(nowMs - (pulls.at(-1) ?? 0)).toBeGreaterThanOrEqual(0);
        expect(nowMs - (pulls.at(-1) ?? 0)).toBeLessThan(everyMs);
      },
    ),
    { numRuns: 30 },
  );
});

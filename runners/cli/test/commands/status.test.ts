import { cpSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { noSmallDisk, smallDisk } from "@lmnh/testing/small-disk";
import Libsql from "libsql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closedPort } from "../support/closed-port.js";
import { describeUnless } from "../support/faults.js";
import {
  at,
  databaseIn,
  hourMs,
  makePipeline,
  minuteMs,
  nowMs,
  type Pipeline,
  parquetFilesIn,
} from "../support/pipeline.js";
import { plantProcess } from "../support/plant-process.js";

let pipeline: Pipeline;
let well = "";
let run: Pipeline["run"];
let copy: Pipeline["copy"];

beforeAll(async () => {
  pipeline = await makePipeline();
  ({ folder: well, run, copy } = pipeline);
});
afterAll(() => pipeline.museum.close());

async function status(cwd: string, ms = nowMs + 10_000, line = "") {
  const { stdout, stderr, code } = await at(cwd, ms, `status --json ${line}`.trim());
  expect(stderr).toBe("");
  const report = JSON.parse(stdout) as {
    readonly exitCode: number;
    readonly lines: readonly {
      readonly topic: string;
      readonly problems: readonly { readonly reason: string; readonly next: string | null }[];
    }[];
  };
  expect(report.exitCode).toBe(code);
  const found = report.lines.flatMap(({ topic, problems }) =>
    problems.map(({ reason }) => `${topic} ${reason}`),
  );
  return { code, found, stdout };
}

const database = databaseIn;

describe("plant status", () => {
  test("changes no data", async () => {
    const before = readdirSync(well, { recursive: true });
    // In a process: SQLite removes its log when the process ends.
    expect(await plantProcess(["status"], { cwd: well })).toMatchObject({ stderr: "" });
    expect(readdirSync(well, { recursive: true })).toEqual(before);
  });

  test("is well with 0", async () => {
    expect(await status(well)).toMatchObject({ code: 0, found: [] });
  });

  test("prints a line a topic without colour where there is no terminal", async () => {
    const { stdout } = await at(well, nowMs + 10_000, "status");
    expect(stdout.split("\n").map((line) => line.slice(2, 12).trim())).toEqual(
      "database clock runs readings plants rejections alerts archive disk".split(" ").concat(""),
    );
    expect(stdout).not.toContain("\u001b");
  });

  test("finds an API that is down, and the next good run mends it", async () => {
    const cwd = copy();
    const url = `http://127.0.0.1:${await closedPort()}/api/plants`;
    await run(cwd, nowMs + minuteMs, { url, code: 75 });
    expect(await status(cwd, nowMs + 70_000)).toMatchObject({
      code: 75,
      found: ["runs no_response"],
      stdout: expect.stringContaining("ECONNREFUSED"),
    });
    await run(cwd, nowMs + 2 * minuteMs);
    expect(await status(cwd, nowMs + 130_000)).toMatchObject({ code: 0, found: [] });
  });

  test("finds that no run starts any more", async () => {
    expect(await status(well, nowMs + 20 * minuteMs)).toMatchObject({
      code: 75,
      found: ["runs no_recent_run", "readings stale"],
    });
  });

  test("finds a clock that is behind its runs and readings", async () => {
    expect(await status(well, nowMs - 10 * minuteMs)).toMatchObject({
      code: 65,
      found: expect.arrayContaining(["clock run_in_future", "clock reading_in_future"]),
    });
  });

  test("finds a missing database, and the archive beside it is still reached", async () => {
    const cwd = copy();
    for (const name of readdirSync(join(cwd, "plant-data")))
      if (name.startsWith("plants.db")) rmSync(join(cwd, "plant-data", name));
    expect(await status(cwd)).toMatchObject({
      code: 78,
      found: ["database DATABASE_MISSING"],
      stdout: expect.stringContaining("Is its disk mounted?"),
    });
    expect(readdirSync(join(cwd, "plant-data"))).toEqual(["archive"]);
  });

  test("finds a damaged database", async () => {
    const cwd = copy();
    checkpoint(database(cwd));
    truncateSync(database(cwd), 40_960);
    const cut = await status(cwd);
    expect(cut.found.some((each) => each.endsWith("DATABASE_DAMAGED"))).toBe(true);
    writeFileSync(database(cwd), "this is not a database".repeat(100));
    expect((await status(cwd)).found).toEqual(["database DATABASE_INVALID"]);
  });

  test("finds a locked database in time", async () => {
    const cwd = copy();
    const holder = new Libsql(database(cwd));
    try {
      holder.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE plant SET name = name;");
      expect(await status(cwd)).toMatchObject({ code: 75, found: ["database DATABASE_BUSY"] });
    } finally {
      holder.close();
    }
  });

  test("finds a database with an older and with an unknown structure", async () => {
    const cwd = copy();
    change(cwd, "DELETE FROM schema_migration WHERE name = '0005_pruned_runs'");
    expect(await status(cwd)).toMatchObject({ code: 78, found: ["database MIGRATION_PENDING"] });
    change(cwd, "INSERT INTO schema_migration VALUES ('0009_later', 'x', '2030-01-01T00:00:00.000Z')");
    expect(await status(cwd)).toMatchObject({ code: 78, found: ["database SCHEMA_UNKNOWN"] });
  });

  test("finds the archive of another database, and one that is gone", async () => {
    const cwd = copy();
    const other = copy();
    writeFileSync(join(other, "plant-data/archive/archive.json"), '{"archive_id":"another"}');
    const archive = `--archive file:${join(other, "plant-data/archive")}`;
    expect(await status(cwd, undefined, archive)).toMatchObject({
      code: 78,
      found: ["archive ARCHIVE_MISMATCH"],
    });
    rmSync(join(cwd, "plant-data/archive"), { recursive: true });
    expect(await status(cwd)).toMatchObject({ code: 78, found: ["archive ARCHIVE_MISMATCH"] });
  });

  test("finds a missing and a damaged file of the archive, and plant archive mends a file whose readings are still in the database", async () => {
    const cwd = copy();
    const files = parquetFilesIn(cwd);
    expect(files).toHaveLength(2);
    const [pruned = "", verified = ""] = files;
    truncateSync(verified, 100);
    const damaged = await status(cwd);
    expect(damaged).toMatchObject({ code: 65, found: ["archive archive_file_wrong"] });
    expect(damaged.stdout).toContain("plant archive --retention 0h; plant archive");
    // The run that would delete the readings fetches the file, quarantines it and keeps them; the next one archives them again.
    const later = nowMs + 30 * hourMs;
    expect((await at(cwd, later, "archive --quiet")).code).toBe(65);
    expect((await status(cwd, later)).found).toContain("archive archive_quarantined");
    expect((await at(cwd, later, "archive --quiet")).code).toBe(0);
    const mended = await status(cwd, later);
    expect(mended.found.filter((each) => each.startsWith("archive "))).toEqual([]);
    expect(mended.stdout).toContain("1 quarantined, all readings archived again");
    expect((await at(cwd, later, "archive verify --deep --quiet")).code).toBe(0);
    rmSync(pruned);
    expect((await status(cwd, later)).stdout).toContain("1 file missing");
  });

  test("finds an archive that is behind, and plant archive mends it", async () => {
    const cwd = copy();
    const later = nowMs + 27 * hourMs;
    await run(cwd, later - minuteMs);
    expect((await status(cwd, later)).found).toContain("archive archive_overdue");
    expect((await at(cwd, later, "archive --quiet")).code).toBe(0);
    expect((await status(cwd, later)).found).not.toContain("archive archive_overdue");
  });

  test("finds a plant that falls silent", async () => {
    const cwd = copy();
    for (let minute = 1; minute <= 12; minute++) await run(cwd, nowMs + minute * minuteMs, { plants: "1-4" });
    expect(await status(cwd, nowMs + 12 * minuteMs)).toMatchObject({
      code: 75,
      found: ["plants silent"],
      stdout: expect.stringContaining("plant 5 "),
    });
  });
});

describeUnless(noSmallDisk, "plant status on a small disk", () => {
  test("finds that it is nearly full", async () => {
    const { folder } = smallDisk({ kibibytes: 8_192 });
    cpSync(well, folder, { recursive: true });
    expect(await status(folder)).toMatchObject({ code: 75, found: ["disk disk_nearly_full"] });
  });
});

function checkpoint(file: string) {
  const opened = new Libsql(file);
  opened.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  opened.close();
}

function change(cwd: string, sql: string) {
  const opened = new Libsql(database(cwd));
  opened.exec(sql);
  opened.close();
}

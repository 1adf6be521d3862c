import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createSimulator } from "@lmnh/museum-simulator";
import type { ArchiveReport, ListedFile, RestoreReport, VerifyReport } from "@lmnh/plant-archive";
import { beforeAll, describe, expect, test } from "vitest";
import { closedPort } from "../support/closed-port.js";
import { makeFolder } from "../support/folder.js";
import { countIn, rowsIn } from "../support/museum.js";
import { plant, startPlant } from "../support/plant.js";

const hourMs = 3_600_000;
const thisHour = Math.floor(Date.now() / hourMs) * hourMs;
const at = (hours: number) => new Date(thisHour + hours * hourMs).toISOString();
const hourOf = (hours: number) => at(hours).slice(0, 13);

/**
 * Half past each of three hours that are older than a day, two that are not, and one that is not over. The same holds
 * when the hour turns while the tests run.
 */
const old = [-29, -28, -25];
const young = [-3, -2];
const open = 2;

const files = ["--database", "sqlite:plants.db", "--archive", "file:archive"];
const amazon = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_EC2_METADATA_DISABLED: "true" };

/** Folders that tests take copies of: a database of six pulls; and with its archive, of which nothing is pruned. */
let filled = "";
let archived = "";

beforeAll(async () => {
  filled = makeFolder();
  const museum = await createSimulator({ now: () => 0, latencyMs: [0, 0], maxConcurrent: 50, faultRate: 0 });
  for (const hour of [...old, ...young, open]) {
    museum.setTime(Date.parse(at(hour + 0.5)));
    const { code, stderr } = await plant(
      [
        "run",
        "--api",
        museum.url,
        "--plants",
        "1-50",
        "--at",
        at(hour + 0.5),
        "--database",
        "sqlite:plants.db",
      ],
      { cwd: filled },
    );
    expect([code, stderr]).toEqual([0, expect.any(String)]);
  }
  await museum.close();
  archived = copyOf(filled);
  expect(await archive(archived, "--no-prune")).toMatchObject({ code: 0 });
});

function copyOf(folder: string): string {
  const copy = makeFolder();
  cpSync(folder, copy, { recursive: true });
  return copy;
}

async function json<Report>(cwd: string, args: readonly string[]) {
  const { code, stdout, stderr } = await plant([...args, ...files, "--json"], { cwd });
  return { code, stderr, report: (stdout === "" ? null : JSON.parse(stdout)) as Report };
}

const archive = (cwd: string, ...args: string[]) => json<ArchiveReport>(cwd, ["archive", ...args]);
const verify = (cwd: string, ...args: string[]) => json<VerifyReport>(cwd, ["archive", "verify", ...args]);

const readings = (cwd: string, where = "1") =>
  countIn(join(cwd, "plants.db"), `SELECT count(*) FROM plant_reading WHERE ${where}`);

const before = (hours: number) => `recording_taken < '${at(hours).slice(0, 19)}'`;

/** Every reading of some hours, without what numbers it. */
function contentOf(cwd: string, file: string, from: number, to: number) {
  return rowsIn(
    join(cwd, file),
    `SELECT * FROM plant_reading WHERE ${before(to)} AND NOT ${before(from)} ORDER BY plant_id, recording_taken`,
  ).map(({ plant_reading_id: _, ...content }) => content);
}

function parquetOf(cwd: string, hour: number): string {
  const { key = "" } = rowsIn(
    join(cwd, "plants.db"),
    `SELECT object_key AS key FROM archive_file WHERE partition_hour = '${hourOf(hour)}'`,
  )[0] as { key?: string };
  return key;
}

function errorsIn(stderr: string): string[] {
  return stderr.split("\n").filter((line) => line.startsWith("error:"));
}

/** Without what SQLite keeps beside a database while it is open. */
function listFolder(cwd: string): string[] {
  const names = readdirSync(cwd, { recursive: true }).map(String).sort();
  return names.filter((name) => !/-(wal|shm)$/.test(name));
}

describe("plant archive", () => {
  test("prints its plan with --dry-run and writes nothing; a run follows the plan, and a second run does nothing", async () => {
    const cwd = copyOf(filled);
    const bytesBefore = readFileSync(join(cwd, "plants.db"));
    const plan = await archive(cwd, "--dry-run");
    expect(plan.code).toBe(0);
    expect(listFolder(cwd)).toEqual(["plants.db"]);
    expect(readFileSync(join(cwd, "plants.db")).equals(bytesBefore)).toBe(true);

    const [oldRows, closedRows, allRows] = [
      readings(cwd, before(-24)),
      readings(cwd, before(0)),
      readings(cwd),
    ];
    expect(oldRows).toBeGreaterThan(100);
    const run = await archive(cwd);
    expect(run).toMatchObject({
      code: 0,
      report: {
        archived: { rows: closedRows, files: 5, bytes: expect.any(Number) },
        pruned: { rows: oldRows, files: 3 },
        verified: true,
        complete: true,
      },
    });
    expect(run.report.partitions.map(({ partition }) => partition)).toEqual([...old, ...young].map(hourOf));
    expect(readings(cwd)).toBe(allRows - oldRows);
    expect(readings(cwd, before(-24))).toBe(0);
    expect(plan.report.partitions).toMatchObject(
      run.report.partitions.map(({ partition, rows, prunedRows }) => ({
        partition,
        unarchived: rows,
        newFiles: 1,
        prune: prunedRows > 0,
        blocked: false,
      })),
    );

    const present = listFolder(cwd);
    const alreadyArchived = await archive(cwd);
    expect(alreadyArchived).toMatchObject({
      code: 0,
      report: { archived: { rows: 0, files: 0 }, pruned: { rows: 0 }, partitions: [], verified: true },
    });
    expect(listFolder(cwd)).toEqual(present);
    expect(readings(cwd)).toBe(allRows - oldRows);
  });

  test("deletes nothing with --no-prune, and readings older than --retention without it", async () => {
    expect(readings(archived)).toBe(readings(filled));
    const cwd = copyOf(archived);
    expect((await archive(cwd, "--retention", "2d")).report).toMatchObject({ pruned: { files: 0 } });
    expect(await archive(cwd, "--retention", "27h30m")).toMatchObject({ code: 2 });
    const { report } = await archive(cwd, "--retention", "26h");
    expect(report).toMatchObject({ archived: { rows: 0 }, pruned: { files: 2 } });
    expect(readings(cwd, before(-27))).toBe(0);
    expect(readings(cwd)).toBe(readings(filled, `NOT ${before(-27)}`));
    expect((await archive(cwd, "--retention", "0h")).report.pruned.files).toBe(3);
    expect(readings(cwd)).toBe(readings(filled, `NOT ${before(0)}`));
  });

  test("prints a report for people", async () => {
    const { stdout, stderr } = await plant(["archive", ...files], { cwd: copyOf(archived) });
    expect(stdout).toMatch(
      /^Archive run .* ok after .*\n +archived +0 .*, 0 B\n +pruned +\d+ +readings of 3 files/,
    );
    expect(stderr).toBe("sqlite:plants.db → file:archive\n");
  });

  test("exits with 65 and deletes nothing if a file to prune is damaged", async () => {
    const cwd = copyOf(archived);
    const key = damage(cwd, -28);
    const { code, stderr, report } = await archive(cwd);
    expect(code).toBe(65);
    expect(report).toMatchObject({ verified: false, quarantined: [{ key }], pruned: { rows: 0 } });
    expect(stderr.match(/^warning: quarantined: (.*)$/m)?.[1]?.split(key)).toHaveLength(2);
    expect(errorsIn(stderr)).toEqual([expect.stringMatching(/[^.]\. It is in quarantine/)]);
    expect(errorsIn(stderr)[0]?.split(key)).toHaveLength(2);
    expect(stderr).not.toContain("Keep it");
    expect(existsSync(join(cwd, "archive/quarantine", key))).toBe(true);
    expect(readings(cwd)).toBe(readings(archived));
    expect((await archive(cwd)).code).toBe(0);
    expect((await verify(cwd, "--deep")).code).toBe(0);
  });

  test("stops at the first SIGTERM without loss, and the next run continues", async () => {
    const cwd = copyOf(filled);
    const store = await startEmptyBucket();
    const { signal, ended, until } = startPlant(
      ["archive", "--database", "sqlite:plants.db", "--archive", store.url, "--json"],
      { cwd, env: amazon },
    );
    await store.requested;
    signal("SIGTERM");
    await until("stderr", /SIGTERM: stopping/);
    store.response();
    const { code, stdout, stderr } = await ended;
    await store.close();
    expect([code, errorsIn(stderr)]).toEqual([75, ["error: The run was stopped. Run again to finish it."]]);
    expect(JSON.parse(stdout)).toMatchObject({ complete: false, archived: { rows: 0 }, pruned: { rows: 0 } });
    expect(readings(cwd)).toBe(readings(filled));
    expect(await archive(cwd)).toMatchObject({ code: 0, report: { archived: { files: 5 } } });
  });

  test.each([
    ["ls", "--without-database", /^error: The command was stopped\. Run it again\.$/],
    ["verify", "--without-database", /^error: The verification was stopped after 0 of 0 files/],
    ["restore", "--all", /^error: The command was stopped\. Run it again\.$/],
  ])(
    "%s exits with 75 at the first SIGINT, although the object store does not respond",
    async (action, flag, problem) => {
      const cwd = makeFolder();
      const store = await startEmptyBucket();
      const { signal, ended } = startPlant(["archive", action, flag, "--archive", store.url], {
        cwd,
        env: amazon,
      });
      await store.requested;
      signal("SIGINT");
      const { code, stderr } = await ended;
      await store.close();
      expect([code, errorsIn(stderr)]).toEqual([75, [expect.stringMatching(problem)]]);
    },
  );

  test("restore creates no database if the object store cannot be reached", async () => {
    const cwd = makeFolder();
    const url = `s3://museum-plants?endpoint=http://127.0.0.1:${await closedPort()}`;
    const args = ["archive", "restore", "--all", "--archive", url, "--database", "sqlite:new.db"];
    expect(await plant(args, { cwd, env: amazon })).toMatchObject({ code: 75 });
    expect(listFolder(cwd)).toEqual([]);
  });

  test("exits with 75 and one line if no server is at the endpoint", async () => {
    const port = await closedPort();
    const url = `s3://museum-plants/archive?endpoint=http://127.0.0.1:${port}&region=eu-west-2`;
    const { code, stderr } = await plant(
      ["archive", "--quiet", "--database", "sqlite:plants.db", "--archive", url],
      { cwd: copyOf(filled), env: amazon },
    );
    expect([code, stderr.trim().split("\n")]).toEqual([
      75,
      [
        expect.stringMatching(
          new RegExp(`^error: s3://museum-plants/archive at 127\\.0\\.0\\.1:${port}: .*ECONNREFUSED`),
        ),
      ],
    ]);
  });

  test("rejects an invalid archive before it creates anything, with advice", async () => {
    const cwd = copyOf(filled);
    const refused = async (...args: string[]) => {
      const { code, stdout, stderr } = await plant([...args, "--database", "sqlite:plants.db"], { cwd });
      expect(stdout).toBe("");
      expect(stderr.trim().split("\n")).toHaveLength(1);
      return [code, stderr];
    };
    const parent = [78, expect.stringMatching(/^error: .*file:no where\/archive .*mkdir -p '.*\/no where'/)];
    expect(await refused("archive", "--archive", "file:no where/archive")).toEqual(parent);
    expect(await refused("archive", "--dry-run", "--archive", "file:no where/archive")).toEqual(parent);
    const file = [
      78,
      expect.stringMatching(/^error: The archive file:plants\.db is a file, not a folder\. Name/),
    ];
    expect(await refused("archive", "--archive", "file:plants.db")).toEqual(file);
    expect(await refused("archive", "--dry-run", "--archive", "file:plants.db")).toEqual(file);
    expect(await refused("archive", "--archive", "ftp://x")).toEqual([
      2,
      expect.stringMatching(/--archive is "ftp:\/\/x": must be file:DIR or s3:\/\/BUCKET\/PREFIX/),
    ]);
    expect(await refused("archive", "verify", "--archive", "s3://x")).toEqual([
      78,
      expect.stringMatching(/bucket's name.*Its form is s3:\/\/BUCKET\/PREFIX.*endpoint=https:\/\/HOST;/),
    ]);
    expect(listFolder(cwd)).toEqual(["plants.db"]);
  });
});

describe("a database and an archive that do not belong together", () => {
  test("is ARCHIVE_MISMATCH before anything is written", async () => {
    const cwd = copyOf(archived);
    const refused = async (database: string, archiveUrl: string, ...args: string[]) => {
      const { code, stdout, stderr } = await plant(
        [...args, "--quiet", "--database", database, "--archive", archiveUrl],
        { cwd },
      );
      expect([code, stdout]).toEqual([78, ""]);
      expect(stderr.trim().split("\n")).toHaveLength(1);
      return stderr;
    };
    const content = listFolder(cwd);
    expect(await refused("sqlite:typo.db", "file:archive", "archive")).toMatch(/typo\.db does not exist/);
    expect(listFolder(cwd)).toEqual(content);

    await plant(["migrate", "--quiet", "--database", "sqlite:empty.db"], { cwd });
    const inArchive = listFolder(join(cwd, "archive"));
    for (const args of [["archive"], ["archive", "--dry-run"], ["archive", "verify"]])
      expect(await refused("sqlite:empty.db", "file:archive", ...args)).toMatch(
        /archive of another database.*--adopt/,
      );
    expect(await refused("sqlite:plants.db", "file:another", "archive", "--dry-run")).toMatch(
      /^error: file:another is not where the archived readings of this database are/,
    );
    expect(await refused("sqlite:plants.db", "file:another", "archive")).toMatch(
      /another.* is not where the archived readings of this database are.*disk is mounted.*--adopt/,
    );
    expect(await refused("sqlite:plants.db", "file:another", "archive", "--adopt")).toMatch(
      /another does not exist, and --adopt does not create it\. .*: mkdir -p another$/m,
    );
    expect(existsSync(join(cwd, "another"))).toBe(false);
    expect(listFolder(join(cwd, "archive"))).toEqual(inArchive);
    expect((await verify(cwd, "--deep")).code).toBe(0);
    expect((await archive(cwd, "--adopt")).code).toBe(0);
    mkdirSync(join(cwd, "another"));
    const another = ["--database", "sqlite:plants.db", "--archive", "file:another"];
    expect((await plant(["archive", "--adopt", ...another], { cwd })).code).toBe(0);
  });
});

describe("plant archive verify", () => {
  test("exits with 0 if every file is intact", async () => {
    for (const depth of [[], ["--deep"]])
      expect(await verify(archived, ...depth)).toMatchObject({
        code: 0,
        report: { files: 5, problems: [], complete: true, rows: readings(filled, before(0)) },
      });
  });

  test("exits with 65 and names a damaged file and a missing one", async () => {
    const cwd = copyOf(archived);
    const damaged = damage(cwd, -29);
    const missing = parquetOf(cwd, -3);
    rmSync(join(cwd, "archive", missing));
    const deep = await verify(cwd, "--deep");
    expect([deep.code, deep.report.problems.map(({ key }) => key)]).toEqual([65, [damaged, missing]]);
    // Each of them once in its line.
    expect(errorsIn(deep.stderr).map((line, at) => line.split(at === 0 ? damaged : missing).length)).toEqual([
      2, 2,
    ]);
    expect((await verify(cwd)).report.problems.map(({ key }) => key)).toEqual([missing]);
  });

  test("that is stopped reports how many of the files it has checked", async () => {
    const store = await startEmptyBucket(readFileSync(join(archived, "archive/archive.json")));
    const args = ["archive", "verify", "--deep", "--database", "sqlite:plants.db", "--archive", store.url];
    const stopped = async (...more: string[]) => {
      const started = startPlant([...args, ...more], { cwd: archived, env: amazon });
      await store.requested;
      started.signal("SIGINT");
      await started.until("stderr", /SIGINT: stopping/);
      store.response();
      return await started.ended;
    };
    const { stdout, stderr } = await stopped();
    await store.close();
    // The requests for the four that are looked at at once are ended.
    expect(stdout).toMatch(/5 files with \d+ readings, .*; 0 of them checked\n$/);
    expect(errorsIn(stderr).at(-1)).toBe(
      "error: The verification was stopped after 0 of 5 files. Run it again to check all files.",
    );
  });

  test("reports the number of checked files in JSON", async () => {
    expect((await verify(archived)).report).toMatchObject({ files: 5, checked: 5, complete: true });
  });

  test("exits with 78 if the database or the archive is missing, and creates neither", async () => {
    const cwd = makeFolder();
    expect(await verify(cwd)).toMatchObject({
      code: 78,
      stderr:
        "error: The archive file:archive does not exist. Is its disk mounted? Mount it, or name the archive with --archive\n",
    });
    expect(await verify(copyOf(cwd))).toMatchObject({ code: 78 });
    cpSync(join(archived, "archive"), join(cwd, "archive"), { recursive: true });
    expect(await verify(cwd)).toMatchObject({
      code: 78,
      stderr: expect.stringMatching(
        /: --without-database\nerror: sqlite:plants\.db does not exist.*plant run\n$/m,
      ),
    });
    expect(existsSync(join(cwd, "plants.db"))).toBe(false);
  });
});

describe("plant archive restore", () => {
  test("restores every column of hours into another database, and changes nothing the second time", async () => {
    const cwd = copyOf(archived);
    await archive(cwd);
    const restore = async () => {
      const args = [
        "archive",
        "restore",
        "--from",
        hourOf(-28),
        "--to",
        hourOf(-3),
        "--archive",
        "file:archive",
        "--json",
      ];
      const { code, stdout } = await plant([...args, "--database", "sqlite:other.db"], { cwd });
      expect(code).toBe(0);
      return JSON.parse(stdout) as RestoreReport;
    };
    const content = contentOf(filled, "plants.db", -28, -2);
    expect(content.length).toBeGreaterThan(100);
    expect(await restore()).toMatchObject({
      files: 3,
      restored: content.length,
      present: 0,
      plants: countIn(join(filled, "plants.db"), "SELECT count(*) FROM plant"),
    });
    expect(contentOf(cwd, "other.db", -100, 100)).toEqual(content);
    for (const table of ["plant", "botanist", "origin", "city", "country"])
      expect(rowsIn(join(cwd, "other.db"), `SELECT * FROM ${table}`)).toEqual(
        rowsIn(join(filled, "plants.db"), `SELECT * FROM ${table}`),
      );
    expect(await restore()).toMatchObject({ files: 3, restored: 0, present: content.length });
    expect(contentOf(cwd, "other.db", -100, 100)).toEqual(content);
  });

  test("exits with 65 if files are missing or damaged, names each, and restores the others", async () => {
    const cwd = copyOf(archived);
    await archive(cwd);
    const damaged = damage(cwd, -29);
    const missing = parquetOf(cwd, -28);
    rmSync(join(cwd, "archive", missing));
    const { code, stdout, stderr } = await plant(
      ["archive", "restore", "--from", hourOf(-30), "--to", hourOf(-1), "--json", ...files],
      { cwd },
    );
    expect(code).toBe(65);
    expect(errorsIn(stderr)).toEqual([missing, damaged].map((key) => expect.stringContaining(key)));
    expect(JSON.parse(stdout)).toMatchObject({
      files: 3,
      complete: true,
      problems: [{ key: missing }, { key: damaged }],
    });
  });

  test("requires a range and an archive before it creates a database", async () => {
    const cwd = makeFolder();
    const line = (pattern: RegExp) => expect.stringMatching(new RegExp(`^error: .*${pattern.source}.*\n$`));
    const restore = async (...args: string[]) => {
      const { code, stderr } = await plant(["archive", "restore", ...args, ...files], { cwd });
      return [code, stderr];
    };
    expect(await restore()).toEqual([2, line(/The hours are missing\. Give an hour such as/)]);
    expect(await restore("2026-01-28", "--all")).toEqual([2, line(/given in several ways/)]);
    expect(await restore("28/01/2026")).toEqual([2, line(/"28\/01\/2026" is not an hour such as/)]);
    expect(await restore("--from", hourOf(0), "--to", hourOf(-1))).toEqual([
      2,
      line(/--from has to be before --to/),
    ]);
    expect(await restore("--all")).toEqual([78, line(/file:archive does not exist/)]);
    expect(listFolder(cwd)).toEqual([]);
  });

  test("restores single hours, the newest one and everything, without the database of the archive", async () => {
    const cwd = makeFolder();
    cpSync(join(archived, "archive"), join(cwd, "archive"), { recursive: true });
    const restore = async (database: string, ...args: string[]) => {
      const given = ["--archive", "file:archive", "--database", `sqlite:${database}`, "--json"];
      const { code, stdout } = await plant(["archive", "restore", ...args, ...given], { cwd });
      expect(code).toBe(0);
      return JSON.parse(stdout) as RestoreReport;
    };
    expect((await restore("some.db", hourOf(-29), hourOf(-3))).partitions).toEqual([-29, -3].map(hourOf));
    expect((await restore("newest.db", "--latest")).partitions).toEqual([hourOf(-2)]);
    await restore("all.db", "--all");
    expect(contentOf(cwd, "all.db", -100, 100)).toEqual(contentOf(filled, "plants.db", -100, 0));
  });

  test("finishes the file in progress at SIGINT, and the next restore continues", async () => {
    const cwd = makeFolder();
    cpSync(join(archived, "archive"), join(cwd, "archive"), { recursive: true });
    const args = ["archive", "restore", "--all", "--verbose", "--json", ...files];
    const started = startPlant(args, { cwd });
    await started.until("stderr", /restored \d+ readings/);
    started.signal("SIGINT");
    const stopped = await started.ended;
    expect(stopped.code).toBe(75);
    const first = JSON.parse(stopped.stdout) as RestoreReport;
    expect(first).toMatchObject({ complete: false });
    expect(first.files).toBeGreaterThan(0);
    expect(first.files).toBeLessThan(5);
    const { code, stdout } = await plant(args, { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ files: 5, present: first.restored, complete: true });
    expect(contentOf(cwd, "plants.db", -100, 100)).toEqual(contentOf(filled, "plants.db", -100, 0));
  });
});

describe("plant archive ls", () => {
  interface Listing {
    readonly database: string | null;
    readonly totals: Record<string, unknown>;
    readonly files: readonly ListedFile[];
  }
  const ls = (cwd: string, ...args: string[]) => json<Listing>(cwd, ["archive", "ls", ...args]);

  test("lists every file with its hour, state and readings", async () => {
    const { code, report } = await ls(archived);
    expect(code).toBe(0);
    expect(report.files.map(({ partition, state }) => [partition, state])).toEqual(
      [...old, ...young].map((hour) => [hourOf(hour), "verified"]),
    );
    const { stdout, stderr } = await plant(["archive", "ls", ...files], { cwd: archived });
    expect(stdout.trim().split("\n")).toEqual([
      ...report.files.map(({ partition, rows, key }) =>
        expect.stringMatching(new RegExp(`^${partition} +verified +${rows} +[\\d.]+ kB +${key}$`)),
      ),
      expect.stringMatching(
        new RegExp(`^file:archive: 5 files, ${readings(filled, before(0))} readings, .* kB; 5 verified$`),
      ),
    ]);
    expect(stderr).toBe("states are those of sqlite:plants.db\n");
  });

  test("lists the same files and readings without the database, from their footers", async () => {
    const cwd = makeFolder();
    cpSync(join(archived, "archive"), join(cwd, "archive"), { recursive: true });
    const withDatabase = (await ls(archived)).report;
    const { code, report, stderr } = await ls(cwd);
    expect([code, report.database]).toEqual([0, null]);
    expect(report.files).toEqual(withDatabase.files.map((file) => ({ ...file, state: null })));
    expect(stderr).toMatch(/no states: sqlite:plants\.db does not exist\. .*plant archive restore --all\n$/);
    expect(listFolder(cwd)).not.toContain("plants.db");
    const alone = ["archive", "ls", "--without-database", "--archive", "file:archive", "--json"];
    const { stdout } = await plant(alone, { cwd: archived });
    expect(JSON.parse(stdout)).toEqual(report);
    await plant(["migrate", "--quiet", "--database", "sqlite:plants.db"], { cwd });
    expect((await ls(cwd)).stderr).toMatch(/plants\.db is not the database of this archive/);
  });

  test("adds up days, and filters by hours", async () => {
    const { stdout } = await plant(["archive", "ls", "--by", "day", ...files], { cwd: archived });
    const days = new Set([...old, ...young].map((hour) => hourOf(hour).slice(0, 10)));
    expect(stdout.trim().split("\n")).toEqual([
      ...[...days].map((day) => expect.stringMatching(new RegExp(`^${day} +\\d hours? +\\d files? +\\d+ `))),
      expect.stringMatching(/^file:archive: 5 files/),
    ]);
    const { report } = await ls(archived, "--from", hourOf(-28), "--to", hourOf(-3));
    expect(report.files.map(({ partition }) => partition)).toEqual([-28, -25, -3].map(hourOf));
  });

  test("counts quarantined files, names a missing one, and warns of an unreadable one", async () => {
    const cwd = copyOf(archived);
    damage(cwd, -28);
    await archive(cwd);
    const missing = parquetOf(cwd, -3);
    rmSync(join(cwd, "archive", missing));
    const { stdout, stderr } = await plant(["archive", "ls", ...files], { cwd });
    expect(stdout).toContain(`${hourOf(-3)}  missing `);
    expect(stdout).toMatch(/; 1 missing.*; 1 in quarantine\n$|; .*1 missing.*; 1 in quarantine\n$/);
    expect(stderr).toContain("1 file missing or unreadable. For the reasons: plant archive verify\n");
  });
});

describe("plant archive verify --without-database", () => {
  const alone = async (cwd: string, ...args: string[]) => {
    const given = ["archive", "verify", "--without-database", "--archive", "file:archive", "--json", ...args];
    const { code, stdout, stderr } = await plant(given, { cwd });
    return { code, stderr, report: JSON.parse(stdout) as VerifyReport };
  };

  test("finds an intact archive intact, and reports what only the database knows", async () => {
    const cwd = makeFolder();
    cpSync(join(archived, "archive"), join(cwd, "archive"), { recursive: true });
    expect(await alone(cwd, "--deep")).toMatchObject({
      code: 0,
      report: {
        files: 5,
        rows: readings(filled, before(0)),
        problems: [],
        unchecked: ["catalog", "database"],
      },
    });
    expect((await alone(cwd)).report.unchecked).toContain("readings");
    expect(listFolder(cwd)).toEqual(listFolder(cwd).filter((name) => name.startsWith("archive")));
  });

  test("exits with 65 and names a damaged file, a copy, and a file in the wrong folder", async () => {
    const cwd = copyOf(archived);
    const damaged = damage(cwd, -29);
    const path = join(cwd, "archive", parquetOf(cwd, -28));
    cpSync(path, path.replace(".parquet", " (1).parquet"));
    cpSync(join(cwd, "archive", parquetOf(cwd, -3)), path.replace(/[^/]+$/, "misplaced.parquet"));
    const { code, report } = await alone(cwd, "--deep");
    expect(code).toBe(65);
    expect(report.problems.map(({ reason }) => reason)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/is a copy of/),
        expect.stringMatching(/is not in the folder of that hour/),
        expect.stringContaining(damaged),
      ]),
    );
    expect(report.problems).toHaveLength(3);
  });

  test("exits with 65 if a file of a summarized day is missing, or archive.json", async () => {
    const cwd = copyOf(archived);
    const day = hourOf(-29).slice(0, 10);
    const key = `plant_daily_summary/year=${day.slice(0, 4)}/month=${day.slice(5, 7)}/day=${day.slice(8)}/summary.parquet`;
    expect(existsSync(join(cwd, "archive", key))).toBe(true);
    rmSync(join(cwd, "archive", parquetOf(cwd, -29)));
    rmSync(join(cwd, "archive/archive.json"));
    const { report } = await alone(cwd, "--deep");
    expect(report.problems).toEqual([
      { key: "archive.json", reason: expect.stringMatching(/^is missing/) },
      {
        key,
        reason: expect.stringMatching(
          /^was made of \d+ readings, and the files of .* have \d+: a file is missing/,
        ),
      },
    ]);
  });
});

test("plant archive verify keeps the time of the last deep verification without a problem", async () => {
  const cwd = copyOf(archived);
  await archive(cwd, "--adopt", "--no-prune");
  const verifiedAt = async (...args: string[]) => (await verify(cwd, ...args)).report.verifiedAt;
  expect(await verifiedAt()).toBe(null);
  const at = await verifiedAt("--deep");
  expect(at).toMatch(/^\d{4}-.*Z$/);
  expect(await verifiedAt()).toBe(at);
  damage(cwd, -29);
  expect(await verifiedAt("--deep")).toBe(at);
  const { stdout } = await plant(["archive", "verify", ...files], { cwd });
  expect(stdout).toContain(`last deep verification without a problem: ${at}\n`);
  await archive(cwd, "--adopt");
  expect(await verifiedAt()).toBe(null);
});

/** Flips a bit among the readings of an hour's file, and gives its key. */
function damage(cwd: string, hour: number): string {
  const key = parquetOf(cwd, hour);
  const path = join(cwd, "archive", key);
  const bytes = readFileSync(path);
  const place = Math.floor(bytes.length / 4);
  bytes.writeUInt8(bytes.readUInt8(place) ^ 1, place);
  writeFileSync(path, bytes);
  return key;
}

/** A bucket that is empty but for an optional archive.json, and delays every other response until it is released. */
async function startEmptyBucket(identity?: Buffer) {
  const gates = { ask: () => {}, response: () => {} };
  const requested = new Promise<void>((resolve) => {
    gates.ask = resolve;
  });
  const received = new Promise<void>((resolve) => {
    gates.response = resolve;
  });
  let stored = identity;
  const server = createServer(async (request, response) => {
    // archive.json is served at once, everything else after the release.
    if (!request.url?.includes("archive.json")) {
      gates.ask();
      await received;
    }
    if (request.method === "PUT") stored = Buffer.concat(await request.toArray());
    else if (request.url?.includes("/archive.json")) {
      const length = stored?.length ?? 0;
      response.writeHead(206, {
        "content-range": `bytes 0-${length - 1}/${length}`,
        "content-length": length,
        etag: "1",
      });
      response.write(stored);
    } else {
      const listed = stored !== undefined && request.url?.includes("prefix=archive.json");
      const object = `<Contents><Key>archive.json</Key><ETag>1</ETag><Size>${stored?.length}</Size></Contents>`;
      response.write(
        `<ListBucketResult><IsTruncated>false</IsTruncated>${listed ? object : ""}</ListBucketResult>`,
      );
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `s3://museum-plants?endpoint=http://127.0.0.1:${port}`,
    requested,
    response: () => gates.response(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

import {
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { noSmallDisk, smallDisk } from "@lmnh/testing/small-disk";
import { describe, expect, test } from "vitest";
import { faults, noFailingDisk } from "../support/failing-disk.js";
import { countReadings, describeUnless, folderWithDatabase, watchArgs } from "../support/faults.js";
import { makeFolder } from "../support/folder.js";
import { countIn, startMuseum } from "../support/museum.js";
import { plant } from "../support/plant.js";
import { plantProcess, startPlantProcess } from "../support/plant-process.js";

/** How many amounts of room a disk is tried with; `npm run test:crash` tries more. */
const trials = Number(process.env.PLANT_TEST_FAULT_TRIALS ?? 4);

describe("a watch whose database file", () => {
  async function startedWatch(url: string) {
    const cwd = makeFolder();
    const started = startPlantProcess([...watchArgs(url, "300ms"), "--database", "sqlite:plants.db"], {
      cwd,
    });
    await started.until("stdout", /(.*run ok.*\n){2}/);
    return { ...started, cwd, file: join(cwd, "plants.db") };
  }

  test("was deleted exits with 78, and creates no new one", async () => {
    const { url } = await startMuseum();
    const { ended, cwd, file } = await startedWatch(url);
    for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix);
    expect(await ended).toMatchObject({
      code: 78,
      stderr: expect.stringMatching(
        /error: The database file .*plants\.db is gone: .*|error: .*plants\.db.* was deleted/,
      ),
    });
    expect(readdirSync(cwd)).toEqual([]);
  });

  test("was replaced beside its old log exits with 78, and does not change the new file", async () => {
    const { url } = await startMuseum();
    const backup = await folderWithDatabase(url);
    const { ended, file } = await startedWatch(url);
    renameSync(join(backup, "plants.db"), file);
    expect(await ended).toMatchObject({
      code: 78,
      stderr: expect.stringMatching(/was replaced while it was open.* is now .*plants\.db-wal\.\d+/),
    });
    // Whoever opens it next finds the new file as it is.
    expect(
      (await plant(["doctor", "--database", "sqlite:plants.db"], { cwd: dirname(file) })).stdout,
    ).toMatch(/plants\.db/);
    expect(countReadings(file)).toBe(5);
  });

  test("was replaced with its log continues in the new file, and reports it", async () => {
    const { url } = await startMuseum();
    const backup = await folderWithDatabase(url);
    const { child, ended, file, until } = await startedWatch(url);
    // Stopped meanwhile, so that no run falls between the two steps.
    child.kill("SIGSTOP");
    for (const suffix of ["-wal", "-shm"]) rmSync(file + suffix);
    renameSync(join(backup, "plants.db"), file);
    child.kill("SIGCONT");
    await until("stderr", /warning: the file of sqlite:plants\.db was replaced by another one/);
    await expect.poll(() => countReadings(file), { timeout: 60_000 }).toBeGreaterThan(9);
    child.kill("SIGTERM");
    expect((await ended).code).toBe(0);
  });
});

describe("a damaged database", () => {
  test("makes every command that reads it exit with 78 and advice", async () => {
    const { url } = await startMuseum();
    const cwd = await folderWithDatabase(url);
    const file = join(cwd, "plants.db");
    const { size } = statSync(file);
    const descriptor = openSync(file, "r+");
    writeSync(descriptor, Buffer.alloc(size - 2 * 4096, 0xa5), 0, size - 2 * 4096, 2 * 4096);
    for (const args of [
      ["run", "--api", url, "--plants", "1-5"],
      ["archive", "--archive", "file:archive"],
      ["migrate"],
    ]) {
      const { code, stderr } = await plant([...args, "--database", "sqlite:plants.db"], { cwd });
      expect([args[0], code, stderr]).toEqual([
        args[0],
        78,
        expect.stringMatching(/plants\.db is damaged .* with a backup.*plant archive restore/),
      ]);
    }
  });

  test.each([
    ["a check of the plants", "plant_day_profile", ["--alert"]],
    ["an archive run", "archive_metadata", ["--archive-at", "*:00", "--archive", "file:archive"]],
  ])("ends a watch with 78 if %s finds the damage, which no run does", async (_finder, table, options) => {
    const { url } = await startMuseum();
    const cwd = await folderWithDatabase(url);
    damageTable(join(cwd, "plants.db"), table);
    const args = ["run", "--watch", "--every", "1s", "--api", url, "--plants", "1-5", ...options];
    const { code, stdout, stderr } = await plant([...args, "--database", "sqlite:plants.db"], { cwd });
    expect([code, stdout, stderr]).toEqual([
      78,
      expect.stringMatching(/run ok/),
      expect.stringMatching(/plants\.db is damaged/),
    ]);
  });

  test("is reported by plant doctor where a run does not read the damaged page", async () => {
    const { url } = await startMuseum();
    const cwd = await folderWithDatabase(url);
    damageTable(join(cwd, "plants.db"), "plant_rejection");
    const { code, stdout } = await plant(["doctor", "--api", url, "--database", "sqlite:plants.db"], { cwd });
    expect([code, stdout]).toEqual([
      78,
      expect.stringMatching(/NOT OK +database .*is damaged \(quick_check: /),
    ]);
  });
});

describeUnless(noFailingDisk, "a disk that fails (EIO)", () => {
  test.each([
    ["read", "plants.db"],
    ["read", "plants.db", 5],
    ["write", "plants.db-wal"],
    ["write", "plants.db-wal", 1],
    ["write", "plants.db-shm"],
    ["sync", "plants.db-wal"],
  ] as const)(
    "while it %ss %s ends a run with 75, and never calls the file damaged",
    async (operation, suffix, times?) => {
      const { url } = await startMuseum();
      const cwd = await folderWithDatabase(url);
      const disk = faults();
      disk.fail(operation, "EIO", suffix, times);
      const args = ["run", "--api", url, "--plants", "1-5", "--database", "sqlite:plants.db"];
      const { code, stderr } = await plantProcess(args, { cwd, env: disk.env });
      expect([code, stderr]).toEqual([
        75,
        expect.stringMatching(/The disk of the database .* fails to read or write/),
      ]);
      expect(stderr).not.toMatch(/damaged|malformed|not a SQLite/);
      expect((await plant(args, { cwd })).code).toBe(0);
      expect(countReadings(join(cwd, "plants.db"))).toBe(10);
    },
  );

  test("once while it is read does not stop a run", async () => {
    const { url } = await startMuseum();
    for (const times of [1, 3]) {
      const cwd = await folderWithDatabase(url);
      const disk = faults();
      disk.fail("read", "EIO", "plants.db", times);
      const { code } = await plantProcess(
        ["run", "--api", url, "--plants", "1-5", "--database", "sqlite:plants.db"],
        {
          cwd,
          env: disk.env,
        },
      );
      expect(code).toBe(0);
    }
  });
});

describeUnless(noSmallDisk, "a small disk", () => {
  test("that is full makes a run exit with 75 and advice, whichever write fails", async () => {
    const { url } = await startMuseum();
    const codes = [];
    for (let trial = 0; trial < trials; trial++) {
      const kibibytes = Math.floor((trial * 200) / trials);
      const cwd = makeFolder();
      const disk = smallDisk({ folder: cwd });
      disk.leave(kibibytes * 1024);
      const args = ["run", "--api", url, "--plants", "1-50", "--database", "sqlite:plants.db"];
      const { code, stderr } = await plant(args, { cwd });
      codes.push(code);
      if (code !== 0)
        expect(stderr).toMatch(/error: The disk of the database .* is full .*Free space and try again\n/);
      disk.makeRoom();
      expect((await plant(args, { cwd })).code).toBe(0);
    }
    expect(codes).toEqual(codes.map(() => 75));
  });

  test("that is read-only makes a run exit with 78 and the reason", async () => {
    const { url } = await startMuseum();
    const cwd = makeFolder();
    const disk = smallDisk({ folder: cwd, kibibytes: 2048 });
    const args = ["run", "--api", url, "--plants", "1-5", "--database", "sqlite:plants.db"];
    expect((await plant(args, { cwd })).code).toBe(0);
    disk.makeReadOnly();
    for (const command of [args, ["doctor", "--api", url, "--database", "sqlite:plants.db"]]) {
      const { code, stdout, stderr } = await plant(command, { cwd });
      expect([code, stdout + stderr]).toEqual([
        78,
        expect.stringMatching(/cannot be written .*not mounted read-only/),
      ]);
    }
  });

  test("that is not mounted gets no archive, and the error names the mount before --adopt", async () => {
    const { url } = await startMuseum();
    const cwd = makeFolder();
    const mountPoint = join(cwd, "disk");
    mkdirSync(mountPoint);
    const disk = smallDisk({ folder: mountPoint, kibibytes: 4096 });
    const database = ["--database", "sqlite:plants.db"];
    // Two days ago, so that there are hours to archive.
    const then = new Date(Date.now() - 2 * 86_400_000).toISOString();
    const past = await startMuseum({ now: () => Date.parse(then) });
    expect(
      (await plant(["run", "--api", past.url, "--plants", "1-5", "--at", then, ...database], { cwd })).code,
    ).toBe(0);
    mkdirSync(join(mountPoint, "archive"));
    for (const archive of ["file:disk/archive", "file:disk"]) {
      expect((await plant(["archive", ...database, "--archive", archive, "--adopt"], { cwd })).code).toBe(0);
    }
    disk.unmount();
    for (const archive of ["file:disk/archive", "file:disk"]) {
      const { code, stderr } = await plant(["archive", ...database, "--archive", archive], { cwd });
      expect([code, stderr]).toEqual([
        78,
        expect.stringMatching(/No data was touched\. Check that its disk is mounted.*--adopt/),
      ]);
    }
    expect(readdirSync(mountPoint)).toEqual([]);
    rmSync(mountPoint, { recursive: true });
    const { code, stderr } = await plant(["archive", ...database, "--archive", "file:disk/archive"], { cwd });
    expect([code, stderr]).toEqual([78, expect.stringMatching(/does not exist\. Is its disk mounted\?/)]);
    expect(await plant(["run", "--api", url, "--database", "sqlite:disk/plants.db"], { cwd })).toMatchObject({
      code: 78,
      stderr: expect.stringMatching(/does not exist\. Is its disk mounted\?/),
    });
    expect(existsSync(mountPoint)).toBe(false);
  });
});

describeUnless(noFailingDisk, "a wall clock that jumps", () => {
  test("by two days and back shifts no run of a watch and loses no reading", async () => {
    const { url } = await startMuseum();
    const cwd = makeFolder();
    const host = faults();
    const { child, ended, until } = startPlantProcess([...watchArgs(url), "--database", "sqlite:plants.db"], {
      cwd,
      env: host.env,
    });
    // With the clock two days off all readings lie in the future or are old, and the run is degraded: it loads them all the same.
    const runsDone = (times: number) => until("stdout", new RegExp(`(.*loaded .*\\n){${times}}`));
    let runs = 2;
    await runsDone(runs);
    for (const seconds of [2 * 86_400, 0, -2 * 86_400, 0]) {
      host.shiftClock(seconds);
      runs += 3;
      await runsDone(runs);
    }
    child.kill("SIGTERM");
    const { code, stdout } = await ended;
    expect(code).toBe(0);
    const loaded = [...stdout.matchAll(/loaded (\d+) /g)].reduce(
      (sum, [, number]) => sum + Number(number),
      0,
    );
    expect(countReadings(join(cwd, "plants.db"))).toBe(loaded);
    expect(countIn(join(cwd, "plants.db"), "SELECT count(*) FROM etl_run WHERE state <> 'complete'")).toBe(0);
  });

  test("two days ahead while an archive is made prunes nothing that is not in a file", async () => {
    const { url } = await startMuseum();
    const cwd = await folderWithDatabase(url);
    const host = faults();
    host.shiftClock(2 * 86_400);
    const archive = ["--database", "sqlite:plants.db", "--archive", "file:archive"];
    expect((await plantProcess(["archive", ...archive], { cwd, env: host.env })).code).toBe(0);
    expect(countReadings(join(cwd, "plants.db"))).toBe(0);
    host.shiftClock(0);
    expect((await plantProcess(["archive", ...archive], { cwd, env: host.env })).code).toBe(0);
    expect((await plant(["archive", "verify", "--deep", ...archive], { cwd })).code).toBe(0);
    expect((await plant(["archive", "restore", "--all", ...archive], { cwd })).code).toBe(0);
    expect(countReadings(join(cwd, "plants.db"))).toBe(5);
  });
});

function damageTable(file: string, table: string): void {
  const page = countIn(file, `SELECT rootpage FROM sqlite_master WHERE name = '${table}'`);
  const descriptor = openSync(file, "r+");
  writeSync(descriptor, Buffer.alloc(4096, 0xa5), 0, 4096, (page - 1) * 4096);
}

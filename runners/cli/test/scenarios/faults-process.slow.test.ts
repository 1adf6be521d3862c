import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import Libsql from "libsql";
import { expect, onTestFinished, test } from "vitest";
import { faults, noFailingDisk } from "../support/failing-disk.js";
import { countReadings, describeUnless, folderWithDatabase, noShell, watchArgs } from "../support/faults.js";
import { makeFolder } from "../support/folder.js";
import { countIn, startMuseum } from "../support/museum.js";
import { plant } from "../support/plant.js";
import { plantProcess, startPlantProcess } from "../support/plant-process.js";

const noDevFull = existsSync("/dev/full") ? undefined : "no /dev/full";

describeUnless(noDevFull ?? noShell, "an output that cannot be written", () => {
  test("does not stop a pull, is reported on stderr, and makes the exit code 75", async () => {
    const { url } = await startMuseum();
    const args = ["run", "--api", url, "--plants", "1-5"];
    const file = (cwd: string) => join(cwd, "plant-data", "plants.db");
    const [stderrFull, stdoutFull, bothFull] = [makeFolder(), makeFolder(), makeFolder()];
    expect(await plantProcess(args, { cwd: stderrFull, shell: 'exec "$@" 2>/dev/full' })).toMatchObject({
      code: 75,
      stdout: expect.stringMatching(/run ok .* loaded 5 /),
    });
    const { code, stderr } = await plantProcess(args, { cwd: stdoutFull, shell: 'exec "$@" >/dev/full' });
    expect(code).toBe(75);
    expect(stderr.match(/error: the output cannot be written \(ENOSPC\)/g)).toHaveLength(1);
    expect(await plantProcess(args, { cwd: bothFull, shell: 'exec "$@" >/dev/full 2>&1' })).toMatchObject({
      code: 75,
    });
    for (const cwd of [stderrFull, stdoutFull, bothFull]) expect(countReadings(file(cwd))).toBe(5);
  });

  test("does not stop any command, and does not replace a more specific exit code", async () => {
    const { url } = await startMuseum();
    const cwd = await folderWithDatabase(url);
    const database = ["--database", "sqlite:plants.db"];
    expect((await plant(["archive", ...database, "--archive", "file:archive"], { cwd })).code).toBe(0);
    const commands = [
      ["doctor", "--api", url, ...database],
      ["migrate", ...database],
      ["archive", ...database, "--archive", "file:archive", "--dry-run"],
      ["archive", "verify", ...database, "--archive", "file:archive"],
      ["archive", "ls", ...database, "--archive", "file:archive"],
      ["demo", "--days", "1", "--every", "12h", "--dir", "demo"],
      ["--help"],
    ];
    const ended = await Promise.all(
      commands.map(async (args) => [
        args[0],
        (await plantProcess(args, { cwd, shell: 'exec "$@" >/dev/full 2>&1' })).code,
      ]),
    );
    expect(ended).toEqual(commands.map(([name]) => [name, 75]));
    for (const [args, code] of [
      [["nonsense"], 2],
      [["archive", "ls", "--database", "sqlite:none.db"], 78],
    ] as const)
      expect((await plantProcess(args, { cwd, shell: 'exec "$@" >/dev/full 2>&1' })).code).toBe(code);
  });

  test("does not stop a watch, which SIGTERM ends", async () => {
    const { url } = await startMuseum();
    const cwd = makeFolder();
    const { child, ended, until } = startPlantProcess(watchArgs(url), {
      cwd,
      shell: 'exec "$@" 2>/dev/full',
    });
    await until("stdout", /(.*run ok.*\n){3}/);
    child.kill("SIGTERM");
    expect((await ended).code).toBe(75);
  });

  test("because its reader has left is not an error, on stderr and on stdout", async () => {
    const { url } = await startMuseum();
    const { child, ended, until } = startPlantProcess(watchArgs(url), {});
    await until("stdout", /run ok/);
    child.stderr?.destroy();
    await until("stdout", /(.*run ok.*\n){4}/);
    child.kill("SIGTERM");
    expect((await ended).code).toBe(0);
  });
});

describeUnless(noFailingDisk ?? noShell, "a terminal or a log that fails (EIO, ENOSPC)", () => {
  test("does not stop a watch, which writes to it again when it works", async () => {
    const { url } = await startMuseum();
    const cwd = makeFolder();
    const disk = faults();
    const { child, ended } = startPlantProcess([...watchArgs(url), "--database", "sqlite:plants.db"], {
      cwd,
      env: disk.env,
      shell: 'exec "$@" >>log.txt 2>&1',
    });
    const log = () => (existsSync(join(cwd, "log.txt")) ? readFileSync(join(cwd, "log.txt"), "utf8") : "");
    const runs = () => countIn(join(cwd, "plants.db"), "SELECT count(*) FROM etl_run");
    await expect.poll(log, { timeout: 60_000 }).toMatch(/run ok/);
    for (const error of ["EIO", "ENOSPC"] as const) {
      disk.fail("write", error, "log.txt");
      const before = runs();
      await expect.poll(runs, { timeout: 60_000 }).toBeGreaterThan(before + 2);
      disk.repair();
      const { length } = log();
      await expect.poll(() => log().slice(length), { timeout: 60_000 }).toMatch(/run ok/);
    }
    child.kill("SIGTERM");
    expect((await ended).code).toBe(75);
  });
});

describeUnless(noShell, "a limit of the process", () => {
  // Newer Nodes need fewer: there the program itself gets as far as its database, or to its end.
  test.each([40, 60, 100])(
    "of %i open files is enough, or makes a run exit with 75 and one line",
    async (limit) => {
      const { url } = await startMuseum();
      const { code, stdout, stderr } = await plantProcess(["run", "--api", url, "--plants", "1-5"], {
        shell: `ulimit -n ${limit}; exec "$@"`,
      });
      if (code === 0) expect(stdout).toMatch(/loaded 5 /);
      else
        expect([code, stdout, stderr]).toEqual([
          75,
          "",
          expect.stringMatching(
            /^error: .*too many open files.*Raise (it|the limit \(ulimit -n\)) and try again.*\n$/,
          ),
        ]);
    },
  );

  test("of the size of a file makes a run exit with 75 and one line", async () => {
    const { url } = await startMuseum();
    const { code, stderr } = await plantProcess(["run", "--api", url, "--plants", "1-50", "--quiet"], {
      shell: 'ulimit -f 64; exec "$@"',
    });
    expect([code, stderr]).toEqual([
      75,
      expect.stringMatching(/^error: The disk of the database .* fails to read or write .*try again\n$/),
    ]);
  });
});

describeUnless(noShell, "files that hold personal data", () => {
  const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
  const modesBelow = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .map(
        (entry) => `${entry.isDirectory() ? "folder" : "file"} ${modeOf(join(entry.parentPath, entry.name))}`,
      )
      .sort();

  test.each(["000", "022"])("are readable by their owner only, with umask %s", async (umask) => {
    const { url } = await startMuseum();
    const cwd = makeFolder();
    const umaskBefore = process.umask(Number.parseInt(umask, 8));
    onTestFinished(() => void process.umask(umaskBefore));
    expect(
      (await plant(["run", "--api", url, "--plants", "1-5", "--record", "responses.ndjson"], { cwd })).code,
    ).toBe(0);
    expect((await plant(["archive"], { cwd })).code).toBe(0);
    expect((await plant(["demo", "--days", "2", "--every", "6h"], { cwd })).code).toBe(0);
    expect([...new Set(modesBelow(cwd))]).toEqual(["file 600", "folder 700"]);
    expect(
      readdirSync(join(cwd, "plant-data"), { recursive: true }).some((name) =>
        String(name).endsWith(".parquet"),
      ),
    ).toBe(true);
  });

  test("keep a mode that was set later", async () => {
    const { url } = await startMuseum();
    const cwd = makeFolder();
    const args = [
      "run",
      "--api",
      url,
      "--plants",
      "1-5",
      "--record",
      "responses.ndjson",
      "--database",
      "sqlite:plants.db",
    ];
    expect((await plant(args, { cwd })).code).toBe(0);
    for (const name of ["plants.db", "responses.ndjson"]) chmodSync(join(cwd, name), 0o664);
    copyFileSync(join(cwd, "responses.ndjson"), join(cwd, "copy"));
    expect((await plant(args, { cwd })).code).toBe(0);
    for (const name of ["plants.db", "responses.ndjson"]) expect(modeOf(join(cwd, name))).toBe("664");
  });
});

describeUnless(noShell, "SIGHUP", () => {
  test("ends a watch like SIGTERM, and a second one ends it at once with 129", async () => {
    const { url } = await startMuseum();
    const first = startPlantProcess(watchArgs(url));
    await first.until("stdout", /run ok/);
    first.child.kill("SIGHUP");
    expect(await first.ended).toMatchObject({ code: 0, stderr: expect.stringMatching(/SIGHUP: stopping/) });

    const cwd = await folderWithDatabase(url);
    const holder = new Libsql(join(cwd, "plants.db"));
    onTestFinished(() => void holder.close());
    // Whoever waits for another's lock cannot stop at once.
    holder.exec("BEGIN IMMEDIATE");
    const args = ["run", "--api", url, "--plants", "1", "--database", "sqlite:plants.db"];
    const lockWasNotGiven = 75;
    let code: number | null = lockWasNotGiven;
    // On a busy machine the program may have waited its ten seconds for the lock before a signal reaches it.
    for (let attempt = 1; attempt <= 5 && code === lockWasNotGiven; attempt++) {
      const { child, ended, until } = startPlantProcess(args, { cwd });
      const signalTwice = async () => {
        await until("stderr", / → /);
        child.kill("SIGHUP");
        await until("stderr", /SIGHUP: stopping/);
        // Longer than npm takes to pass on the same signal a second time.
        await new Promise((resolve) => setTimeout(resolve, 500));
        child.kill("SIGHUP");
      };
      await signalTwice().catch(() => undefined);
      code = (await ended).code;
    }
    expect(code).toBe(129);
  });
});

import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, rmSync, truncateSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { noSmallDisk, smallDisk } from "@lmnh/testing/small-disk";
import Libsql from "libsql";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Ended } from "../support/capture-output.js";
import { closedPort } from "../support/closed-port.js";
import { describeUnless, noShell } from "../support/faults.js";
import {
  databaseIn,
  hourMs,
  makePipeline,
  minuteMs,
  nowMs,
  type Pipeline,
  parquetFilesIn,
  sleep,
} from "../support/pipeline.js";
import { startPlant } from "../support/plant.js";

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await makePipeline();
});
afterAll(() => pipeline.museum.close());

/** Somebody on call at a machine: types what `plant status` prints. */
interface OnCall {
  readonly cwd: string;
  ms: number;
  api: string;
  /** What is typed that is not `plant` and is no matter of a test, by the name of the program. */
  readonly programs: Readonly<Record<string, () => void>>;
}

function onCall(cwd = pipeline.copy(), programs: OnCall["programs"] = {}): OnCall {
  return { cwd, ms: nowMs + 10_000, api: pipeline.museum.url, programs };
}

async function plantAs({ cwd, ms, api }: OnCall, args: readonly string[]): Promise<Ended> {
  pipeline.museum.setTime(ms);
  const env = { PLANT_API_URL: api, PLANT_PLANTS: "1-5" };
  const started = startPlant(args, { cwd, env, host: { clock: { now: () => ms, sleep } } });
  if (args.includes("--watch")) {
    await started.until("stdout", /loaded 5 /);
    started.signal("SIGTERM");
  }
  return await started.ended;
}

interface Found {
  readonly reasons: readonly string[];
  readonly texts: string;
  /** The command lines that are printed, each once. */
  readonly next: readonly string[];
}

async function status(person: OnCall): Promise<Found> {
  const { stdout } = await plantAs(person, ["status"]);
  const { stdout: json } = await plantAs(person, ["status", "--json"]);
  const { lines } = JSON.parse(json) as {
    readonly lines: readonly {
      readonly problems: readonly { readonly reason: string; readonly next: string | null }[];
    }[];
  };
  const problems = lines.flatMap((line) => line.problems);
  const printed = [...stdout.matchAll(/ → (.*)$/gm)].map(([, next = ""]) => next);
  expect(printed).toEqual(problems.flatMap(({ next }) => next ?? []));
  return { reasons: problems.map(({ reason }) => reason), texts: stdout, next: [...new Set(printed)] };
}

const well: Found = { reasons: [], texts: expect.any(String), next: [] };

/** As a shell executes the line, but `plant` in this process. Returns how the last command ended. */
async function type(person: OnCall, line: string): Promise<Ended> {
  let ended: Ended = { code: 0, stdout: "", stderr: "" };
  for (const list of line.split("; "))
    for (const command of list.split(" && ")) {
      ended = await execute(person, command);
      if (ended.code !== 0) break;
    }
  return ended;
}

async function execute(person: OnCall, command: string): Promise<Ended> {
  const [program = ""] = command.split(" ");
  if (Object.hasOwn(person.programs, program)) {
    person.programs[program]?.();
    return { code: 0, stdout: "", stderr: "" };
  }
  const words = program === "plant" ? `printf '%s\\0' ${command}` : command;
  const {
    status: code,
    stdout,
    stderr,
  } = spawnSync("sh", ["-c", words], { cwd: person.cwd, encoding: "utf8" });
  if (program !== "plant") return { code, stdout, stderr };
  return await plantAs(person, stdout.split("\0").slice(1, -1));
}

/** Types everything that the status prints, in its order. */
async function typeAll(person: OnCall): Promise<void> {
  for (const line of (await status(person)).next) await type(person, line);
}

describeUnless(noShell, "plant status finds the trouble, and what it prints mends it:", () => {
  test("the API is down", async () => {
    const person = onCall();
    person.api = `http://127.0.0.1:${await closedPort()}/api/plants`;
    await pipeline.run(person.cwd, nowMs + minuteMs, { url: person.api, code: 75 });
    person.ms = nowMs + minuteMs + 10_000;
    expect(await status(person)).toMatchObject({ reasons: ["no_response"], next: ["plant doctor"] });
    expect(await type(person, "plant doctor")).toMatchObject({
      code: 75,
      stdout: expect.stringMatching(/NOT OK +api .*ECONNREFUSED/),
    });
    person.api = pipeline.museum.url;
    expect(await type(person, "plant doctor")).toMatchObject({ code: 0 });
    await pipeline.run(person.cwd, nowMs + 2 * minuteMs);
    expect(await status(person)).toEqual(well);
  });

  test("the clock is behind", async () => {
    const setClock = () => {
      person.ms += hourMs;
    };
    const person = onCall(undefined, { timedatectl: setClock });
    person.ms = nowMs - hourMs;
    expect(await status(person)).toMatchObject({
      reasons: expect.arrayContaining(["run_in_future", "reading_in_future"]),
      next: expect.arrayContaining(["timedatectl set-ntp true"]),
    });
    await type(person, "timedatectl set-ntp true");
    expect(await status(person)).toEqual(well);
  });

  test("the clock was ahead while runs were logged, and is right", async () => {
    const person = onCall();
    await pipeline.run(person.cwd, nowMs + 3 * hourMs, { museumMs: nowMs + 30_000, code: 65 });
    await pipeline.run(person.cwd, nowMs + minuteMs);
    expect(await status(person)).toEqual(well);
  });

  test.each([
    ["gone", (cwd: string) => removeDatabase(cwd)],
    ["cut off", (cwd: string) => truncateSync(databaseIn(cwd), 40_960)],
    ["overwritten at its beginning", (cwd: string) => overwrite(cwd)],
    ["empty", (cwd: string) => truncateSync(databaseIn(cwd), 0)],
  ])("the database is %s", async (_name, destroy) => {
    const person = onCall();
    checkpoint(databaseIn(person.cwd));
    destroy(person.cwd);
    expect(await status(person)).toMatchObject({
      next: [expect.stringMatching(/plant archive restore --all && plant archive --adopt$/)],
    });
    await typeAll(person);
    expect(await status(person)).toMatchObject({ reasons: ["no_run", "stale"], next: ["plant run --watch"] });
    await typeAll(person);
    expect(await status(person)).toEqual(well);
    expect((await plantAs(person, ["archive", "verify", "--deep"])).code).toBe(0);
  });

  test("a file of the archive is damaged, and its readings are in the database", async () => {
    const person = onCall();
    truncateSync(parquetFilesIn(person.cwd).at(-1) ?? "", 100);
    expect(await status(person)).toMatchObject({
      reasons: ["archive_file_wrong"],
      next: ["plant archive --retention 0h; plant archive"],
    });
    await typeAll(person);
    expect(await status(person)).toEqual(well);
    expect((await plantAs(person, ["archive", "verify", "--deep"])).code).toBe(0);
  });

  test("a file of the archive is damaged, and its readings have left the database", async () => {
    const person = onCall();
    const [file = ""] = parquetFilesIn(person.cwd);
    truncateSync(file, 100);
    expect(await status(person)).toMatchObject({
      reasons: ["archive_file_wrong"],
      texts: expect.stringContaining("put the file back under this name from a copy"),
      next: ["plant archive verify"],
    });
    expect((await type(person, "plant archive verify")).code).toBe(65);
    copyFileSync(parquetFilesIn(pipeline.folder)[0] ?? "", file);
    expect((await type(person, "plant archive verify")).code).toBe(0);
    expect(await status(person)).toEqual(well);
  });

  test("the archive is behind", async () => {
    const person = onCall();
    const later = nowMs + 27 * hourMs;
    for (let minute = 3; minute >= 0; minute--) await pipeline.run(person.cwd, later - minute * minuteMs);
    person.ms = later + 10_000;
    expect(await status(person)).toMatchObject({ reasons: ["archive_overdue"], next: ["plant archive"] });
    await typeAll(person);
    expect(await status(person)).toEqual(well);
  });

  test("a plant is silent", async () => {
    const person = onCall();
    for (let minute = 1; minute <= 12; minute++)
      await pipeline.run(person.cwd, nowMs + minute * minuteMs, { plants: "1-4" });
    person.ms = nowMs + 12 * minuteMs;
    expect(await status(person)).toMatchObject({
      reasons: ["silent"],
      texts: expect.stringMatching(/plant 5 \(last 12 min ago, botanist \w+.*\): somebody has to look/),
      next: ["plant alert --dry-run"],
    });
    expect(await type(person, "plant alert --dry-run")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("plant 5"),
    });
    await pipeline.run(person.cwd, nowMs + 13 * minuteMs);
    expect(await status(person)).toEqual(well);
  });

  test("a response changed its form", async () => {
    const person = onCall();
    const url = await startRenamingApi(pipeline.museum.url);
    await pipeline.run(person.cwd, nowMs + minuteMs, { url, code: 65 });
    person.ms = nowMs + minuteMs + 10_000;
    const found = await status(person);
    expect(found).toMatchObject({
      reasons: ["all_rejected", "rejected"],
      texts: expect.stringContaining("plant rejections has the reasons"),
      next: ["plant doctor", "plant rejections retry --all"],
    });
    expect((await type(person, "plant rejections")).stdout).toContain("soil_moisture");
    expect((await type(person, "plant rejections retry --all")).code).toBe(65);
    // What a version does that knows the form.
    change(person.cwd, "UPDATE plant_rejection SET body = replace(body, 'soil_humidity', 'soil_moisture')");
    expect(await type(person, "plant rejections retry --all")).toMatchObject({ code: 0 });
    await pipeline.run(person.cwd, nowMs + 2 * minuteMs);
    expect(await status(person)).toEqual(well);
  });
});

describeUnless(noSmallDisk, "plant status on a full disk", () => {
  test("finds it, and what it prints lists what fills it", async () => {
    // More than the 100 MB below which a disk is nearly full.
    const disk = smallDisk({ kibibytes: 110_000 });
    cpSync(pipeline.folder, disk.folder, { recursive: true });
    const person = onCall(disk.folder);
    disk.leave(0);
    await pipeline.run(disk.folder, nowMs + minuteMs, { code: 75 });
    const { reasons, next } = await status(person);
    expect(reasons).toContain("disk_nearly_full");
    expect(next).toHaveLength(1);
    const { stdout } = await type(person, next[0] ?? "");
    expect(stdout.trim().split("\n").at(-2)).toMatch(/ballast$/);
    disk.makeRoom();
    await pipeline.run(disk.folder, nowMs + minuteMs);
    expect(await status(person)).toEqual(well);
  });
});

function removeDatabase(cwd: string) {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${databaseIn(cwd)}${suffix}`, { force: true });
}

function overwrite(cwd: string) {
  spawnSync("sh", ["-c", "printf %0100d 1 | dd of=plants.db conv=notrunc"], { cwd: `${cwd}/plant-data` });
}

function checkpoint(file: string) {
  const opened = new Libsql(file);
  opened.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  opened.close();
}

function change(cwd: string, sql: string) {
  const opened = new Libsql(databaseIn(cwd));
  opened.exec(sql);
  opened.close();
}

/** The API with another name of a value. */
async function startRenamingApi(url: string): Promise<string> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "", url);
    const original = await fetch(new URL(pathname, url));
    response.writeHead(original.status, { "content-type": "application/json" });
    response.end((await original.text()).replace("soil_moisture", "soil_humidity"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/api/plants`;
}

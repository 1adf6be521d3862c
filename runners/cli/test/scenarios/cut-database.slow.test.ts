import { cpSync, rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { createSimulator } from "@lmnh/museum-simulator";
import { beforeAll, describe, expect, test } from "vitest";
import { closedPort } from "../support/closed-port.js";
import { makeFolder } from "../support/folder.js";
import { plant as runPlant } from "../support/plant.js";

const hourMs = 3_600_000;
const pageBytes = 4096;

/** A folder with `plants.db`, of which an hour is archived and one is not, and its archive. */
const folder = makeFolder();
let api = "";

beforeAll(async () => {
  const museum = await createSimulator({ now: () => 0, latencyMs: [0, 0], maxConcurrent: 50, faultRate: 0 });
  for (const hoursAgo of [50, 30]) {
    const now = new Date(Math.floor(Date.now() / hourMs) * hourMs - (hoursAgo - 0.5) * hourMs);
    museum.setTime(now.getTime());
    const pull = ["run", "--api", museum.url, "--plants", "1-50", "--at", now.toISOString()];
    expect(await plant(folder, ...pull)).toMatchObject({ code: 0 });
    if (hoursAgo === 50) expect(await plant(folder, "archive", "--no-prune")).toMatchObject({ code: 0 });
  }
  await museum.close();
  api = `http://127.0.0.1:${await closedPort()}/api/plants`;
}, 60_000);

/** Runs the program in this process. */
async function plant(cwd: string, ...args: string[]): Promise<{ code: number | null; text: string }> {
  const env = {
    PLANT_API_URL: api,
    PLANT_DATABASE: `sqlite:${join(cwd, "plants.db")}`,
    PLANT_ARCHIVE: `file:${join(cwd, "archive")}`,
  };
  const { code, stdout, stderr } = await runPlant(args, { cwd, env });
  return { code, text: stdout + stderr };
}

const commands = [
  "run --plants 1",
  "archive",
  "archive --dry-run",
  "archive --adopt",
  "archive verify",
  "archive verify --deep",
  "archive restore --all",
  "archive ls",
  "migrate",
  "doctor",
];

describe("a truncated database file", () => {
  test("makes every command exit with 78 and advice, wherever it was cut", { timeout: 300_000 }, async () => {
    const { size } = statSync(join(folder, "plants.db"));
    const lengths = [
      99,
      100,
      pageBytes,
      pageBytes + 1,
      Math.floor(size / 2),
      size / 2 - ((size / 2) % pageBytes),
    ];
    lengths.push(...[pageBytes + 100, pageBytes, 100, 1].map((missing) => size - missing));
    for (const length of lengths) {
      const cwd = makeFolder();
      cpSync(folder, cwd, { recursive: true });
      truncateSync(join(cwd, "plants.db"), length);
      for (const command of commands) {
        const { code, text } = await plant(cwd, ...command.split(" "));
        expect([length, command, code]).toEqual([length, command, 78]);
        expect(text).toMatch(/backup.*plant migrate.*plant archive restore/);
      }
      expect(statSync(join(cwd, "plants.db")).size).toBe(length);
    }
  });

  test("of no bytes is a new database if it has no log, and its archive is ARCHIVE_MISMATCH", async () => {
    const cwd = makeFolder();
    cpSync(folder, cwd, { recursive: true });
    for (const suffix of ["-wal", "-shm"]) rmSync(join(cwd, `plants.db${suffix}`), { force: true });
    truncateSync(join(cwd, "plants.db"), 0);
    for (const command of commands.filter((each) => /^(?:verify|ls|archive --dry-run)/.test(each)))
      expect([command, await plant(cwd, ...command.split(" "))]).toEqual([
        command,
        { code: 78, text: expect.stringMatching(/has an older structure/) },
      ]);
    expect(await plant(cwd, "archive")).toMatchObject({
      code: 78,
      text: expect.stringMatching(/is the archive of another database/),
    });
  });
});

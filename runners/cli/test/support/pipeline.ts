import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createSimulator, type Simulator } from "@lmnh/museum-simulator";
import { expect } from "vitest";
import type { Ended } from "./capture-output.js";
import { makeFolder } from "./folder.js";
import { plant } from "./plant.js";

export const hourMs = 3_600_000;
export const minuteMs = 60_000;
/** Long after this process was started, because a status opens files of this process. */
export const nowMs = Math.floor(Date.now() / hourMs) * hourMs + hourMs / 2;

export const sleep = (ms: number, signal?: AbortSignal) => wait(ms, undefined, { signal });
/** The waits between attempts are short, deadlines are as given. */
export const sleepShortly = (ms: number, signal?: AbortSignal) => sleep(ms < 10_000 ? 1 : ms, signal);

export interface RunOptions {
  readonly url?: string;
  readonly plants?: string;
  readonly code?: number;
  /** The time of the API; that of the run by default. */
  readonly museumMs?: number;
}

export interface Pipeline {
  readonly museum: Simulator;
  /** With the default database and archive: two archived hours, and a run a minute until `nowMs`. */
  readonly folder: string;
  /** A copy of the folder. */
  copy(): string;
  /** A run of plants 1 to 5 at a time. */
  run(cwd: string, ms: number, options?: RunOptions): Promise<void>;
}

/** A pipeline that is well, over a simulated API. */
export async function makePipeline(): Promise<Pipeline> {
  const museum = await createSimulator({ now: () => 0, latencyMs: [0, 0], maxConcurrent: 50, faultRate: 0 });
  const folder = makeFolder();
  const run: Pipeline["run"] = async (cwd, ms, options = {}) => {
    const { url = museum.url, plants = "1-5", code = 0, museumMs = ms } = options;
    museum.setTime(museumMs);
    const time = new Date(ms).toISOString();
    const args = ["run", "--quiet", "--api", url, "--plants", plants, "--at", time];
    const clock = { now: () => ms, sleep: sleepShortly };
    expect(await plant(args, { cwd, host: { clock } })).toMatchObject({ code });
  };
  await run(folder, nowMs - 30 * hourMs);
  await run(folder, nowMs - 3 * hourMs);
  expect(await at(folder, nowMs, "archive --quiet")).toMatchObject({ code: 0 });
  for (let minute = 7; minute >= 0; minute--) await run(folder, nowMs - minute * minuteMs);
  return {
    museum,
    folder,
    run,
    copy() {
      const cwd = makeFolder();
      cpSync(folder, cwd, { recursive: true });
      return cwd;
    },
  };
}

/** Runs the command line in the folder, with the clock of the program at a time. */
export async function at(cwd: string, ms: number, line: string): Promise<Ended> {
  return await plant(line.split(/\s+/), { cwd, host: { clock: { now: () => ms, sleep } } });
}

export const databaseIn = (cwd: string) => join(cwd, "plant-data/plants.db");

/** The files of readings of the archive, the oldest first. */
export function parquetFilesIn(cwd: string): string[] {
  const folder = join(cwd, "plant-data/archive/plant_reading");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".parquet"))
    .sort()
    .map((name) => join(folder, name));
}

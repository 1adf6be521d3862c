import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { makeFolder } from "../support/folder.js";
import { startMuseum } from "../support/museum.js";
import { plant, startPlant } from "../support/plant.js";

/** A clock that a test moves forward; a sleep ends when its time has come. */
function movableClock(startMs: number) {
  let offsetMs = startMs - Date.now();
  const now = () => Date.now() + offsetMs;
  return {
    clock: {
      now,
      async sleep(ms: number, signal?: AbortSignal) {
        const untilMs = now() + ms;
        while (now() < untilMs) {
          signal?.throwIfAborted();
          await sleep(Math.min(20, Math.max(untilMs - now(), 1)), undefined, signal && { signal });
        }
      },
    },
    advance: (ms: number) => {
      offsetMs += ms;
    },
  };
}

interface Line {
  readonly command?: "archive";
  readonly archived: { readonly rows: number };
  readonly outcome: string;
}

const linesOf = (stdout: string) =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
const hourMs = 3_600_000;

describe("plant run --watch --archive-at", () => {
  test("archives at the first start, at each time, and once for the times that have passed", async () => {
    const cwd = makeFolder();
    const time = movableClock(Date.parse("2026-03-01T11:58:00Z"));
    const { url } = await startMuseum({ now: time.clock.now, anomalies: false });
    const watch = ["run", "--api", url, "--plants", "1-3", "--watch", "--every", "50ms", "--json"];
    const start = () => startPlant([...watch, "--archive-at", "*:10"], { cwd, host: { clock: time.clock } });

    const first = start();
    await first.until("stdout", /"command":"archive"/);
    time.advance(hourMs);
    await first.until("stdout", /("command":"archive"[\s\S]*){2}/);
    first.signal("SIGTERM");
    const runs = linesOf((await first.ended).stdout);
    const archived = runs.filter(({ command }) => command === "archive");
    expect(archived.map(({ outcome }) => outcome)).toEqual(["ok", "ok"]);
    expect(archived[0]?.archived.rows).toBe(0);
    expect(archived[1]?.archived.rows).toBeGreaterThanOrEqual(3);
    expect(runs.length).toBeGreaterThan(archived.length);

    // Three times pass while it is not running.
    time.advance(3 * hourMs);
    const second = start();
    await second.until("stdout", /"command":"archive"/);
    const before = (await second.until("stdout", /[\s\S]*/)).length;
    await second.until("stdout", new RegExp(`[\\s\\S]{${before + 2_000},}`));
    second.signal("SIGTERM");
    const caughtUp = linesOf((await second.ended).stdout).filter(({ command }) => command === "archive");
    expect(caughtUp).toHaveLength(1);

    // No time has passed since.
    const third = start();
    await third.until("stdout", /(.*\n){3}/);
    third.signal("SIGTERM");
    expect((await third.ended).stdout).not.toContain('"command":"archive"');
  });

  test("ends at SIGTERM although the object store does not respond", async () => {
    const cwd = makeFolder();
    const { url } = await startMuseum();
    const store = createServer(() => {}).listen(0, "127.0.0.1");
    const asked = once(store, "request");
    await once(store, "listening");
    const { port } = store.address() as AddressInfo;
    const archive = `s3://museum-plants?endpoint=http://127.0.0.1:${port}`;
    const started = startPlant(
      ["run", "--api", url, "--plants", "1-3", "--watch", "--archive-at", "00:10", "--archive", archive],
      { cwd, env: { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_EC2_METADATA_DISABLED: "true" } },
    );
    await asked;
    started.signal("SIGTERM");
    const { stderr } = await started.ended;
    store.closeAllConnections();
    store.close();
    expect(stderr).toContain("the watch has ended");
    expect(stderr).not.toContain("the watch continues");
  });

  test("reports an archive run that fails, and continues", async () => {
    const cwd = makeFolder();
    writeFileSync(join(cwd, "archive"), "a file where the folder should be");
    const { url } = await startMuseum();
    const started = startPlant(
      [
        ...["run", "--api", url, "--plants", "1", "--watch", "--every", "50ms", "--json"],
        ...["--archive-at", "00:10", "--archive", "file:archive"],
      ],
      { cwd },
    );
    await started.until("stderr", /error: archive: .*\n(.*\n)*warning: this archive run failed; the watch/);
    const before = (await started.until("stdout", /"command":"archive".*"outcome":"failed"/)).length;
    await started.until("stdout", new RegExp(`[\\s\\S]{${before + 1_000},}`));
    started.signal("SIGTERM");
    expect((await started.ended).code).toBe(0);
  });
});

describe("plant run --watch --serve", () => {
  test("serves page and metrics of its runs until it is stopped, and leaves no write-ahead log", async () => {
    const cwd = makeFolder();
    const { url } = await startMuseum({ anomalies: false });
    const started = startPlant(
      [
        ...["run", "--api", url, "--plants", "1-3", "--watch", "--every", "50ms"],
        ...["--serve", "--port", "0", "--refresh", "1s"],
      ],
      { cwd },
    );
    const page = /http:\S+/.exec(await started.until("stderr", /The plants: http:\S+\//))?.[0] ?? "";
    await started.until("stdout", /loaded 3 /);
    expect((await fetch(`${page}readyz`)).status).toBe(200);
    await vi.waitUntil(
      async () => /plant_readings_loaded_total [1-9]/.test(await (await fetch(`${page}metrics`)).text()),
      { timeout: 60_000 },
    );
    started.signal("SIGHUP");
    expect((await started.ended).code).toBe(0);
    await expect(fetch(page)).rejects.toThrow();
    expect(existsSync(join(cwd, "plant-data/plants.db"))).toBe(true);
    expect(existsSync(join(cwd, "plant-data/plants.db-wal"))).toBe(false);
  });

  test("ends with 75 if its port is in use", async () => {
    const { url, port } = await startMuseum();
    const flags = ["--watch", "--serve", "--port", String(port)];
    const { code, stderr } = await plant(["run", "--api", url, "--plants", "1", ...flags]);
    expect(code).toBe(75);
    expect(stderr).toContain(`cannot listen on 127.0.0.1:${port}`);
  });
});

test.each([
  [["--serve"], "--serve needs a watch. Add --watch"],
  [["--archive-at", "00:10"], "--archive-at needs a watch. Add --watch"],
  [["--watch", "--serve", "--database", "sqlite::memory:"], "--serve needs a database in a file"],
  [["--watch", "--serve", "--host", "0.0.0.0"], "0.0.0.0 can be reached from other machines"],
])("plant run %j is refused", async (flags, message) => {
  const { code, stderr } = await plant(["run", ...flags]);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

import { join } from "node:path";
import type { Report } from "@lmnh/plant-etl";
import Libsql from "libsql";
import { describe, expect, test } from "vitest";
import { makeFolder } from "../support/folder.js";
import { startMuseum } from "../support/museum.js";
import { startPlant } from "../support/plant.js";
import { startPlantProcess } from "../support/plant-process.js";
import { waitFor } from "../support/wait-for.js";

describe("plant run --watch", () => {
  test("runs repeatedly, prints one report per line, and exits with 0 at SIGTERM", async () => {
    const { url } = await startMuseum();
    const started = startPlant([
      "run",
      "--api",
      url,
      "--plants",
      "1-5",
      "--watch",
      "--every",
      "300ms",
      "--json",
    ]);
    await started.until("stdout", /(.*\n){4}/);
    started.signal("SIGTERM");
    const { code, stdout, stderr } = await started.ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(/the watch has ended/);
    const reports = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Report);
    expect(reports.length).toBeGreaterThanOrEqual(4);
    expect(new Set(reports.map(({ runId }) => runId)).size).toBe(reports.length);
  });

  test("exits with 0 after the reader of its reports has left", async () => {
    const { url } = await startMuseum();
    const started = startPlantProcess([
      "run",
      "--api",
      url,
      "--plants",
      "1-2",
      "--watch",
      "--every",
      "100ms",
      "--json",
    ]);
    await started.until("stdout", /(.*\n){2}/);
    started.child.stdout?.destroy();
    expect((await started.ended).code).toBe(0);
  });

  test("continues after a run without a response, and reports each", async () => {
    const museum = await startMuseum();
    const { port, url } = museum;
    await museum.close();
    const started = startPlant([
      "run",
      "--api",
      url,
      "--plants",
      "1",
      "--watch",
      "--every",
      "100ms",
      "--deadline",
      "20s",
    ]);
    await started.until("stderr", /error: No response from/);
    await startMuseum({ port });
    await started.until("stdout", /loaded 1 /);
    started.signal("SIGINT");
    expect(await started.ended).toMatchObject({ code: 0 });
  });

  test("exits with the code of its last run, and prints an outcome for each run", async () => {
    const museum = await startMuseum();
    const { port, url } = museum;
    const watch = ["run", "--api", url, "--plants", "1", "--watch", "--every", "100ms", "--json"];
    const started = startPlant(watch);
    await started.until("stdout", /"outcome":"ok","reason":null,"exitCode":0/);
    await museum.close();
    await started.until("stdout", /"outcome":"failed","reason":"no_response","exitCode":75/);
    // A run that the end cuts short does not count, and the run before it failed.
    const hanging = await startMuseum({ port, script: { 1: { kind: "hang" } } });
    await waitFor(() => hanging.requests().open === 1);
    started.signal("SIGTERM");
    const { code, stdout } = await started.ended;
    expect(code).toBe(75);
    expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")).toMatchObject({
      outcome: "degraded",
      reason: "stopped",
      exitCode: 75,
    });
  });

  test("exits with the code of an error that ended its last run, and prints its outcome", async () => {
    const { url } = await startMuseum();
    const cwd = makeFolder();
    const watch = ["run", "--api", url, "--plants", "1", "--watch", "--every", "100ms", "--json"];
    const started = startPlant(watch, { cwd });
    await started.until("stdout", /"outcome":"ok"/);
    const database = new Libsql(join(cwd, "plant-data/plants.db"));
    database.exec("PRAGMA busy_timeout = 10000");
    database.exec("ALTER TABLE etl_run RENAME TO etl_run_away");
    database.close();
    const line = await started.until("stdout", /.*"outcome":"failed".*\n/);
    started.signal("SIGTERM");
    const { code } = await started.ended;
    expect(code).not.toBe(0);
    expect(JSON.parse(line)).toMatchObject({
      reason: "SCHEMA_MISSING",
      exitCode: code,
      problem: expect.stringContaining("no such table"),
    });
  });

  test("continues after a run that the database has rejected", async () => {
    const { url } = await startMuseum();
    const cwd = makeFolder();
    const started = startPlant(["run", "--api", url, "--plants", "1", "--watch", "--every", "100ms"], {
      cwd,
    });
    await started.until("stdout", /loaded 1 /);
    const database = new Libsql(join(cwd, "plant-data/plants.db"));
    database.exec("PRAGMA busy_timeout = 10000");
    database.exec("CREATE TRIGGER refuse BEFORE INSERT ON etl_run BEGIN SELECT RAISE(ABORT, 'refused'); END");
    await started.until("stderr", /error: .*refused.*\nwarning: this run failed; the watch continues/);
    database.exec("DROP TRIGGER refuse");
    database.close();
    const before = (await started.until("stdout", /[\s\S]*/)).length;
    await started.until("stdout", new RegExp(`[\\s\\S]{${before + 20},}`));
    started.signal("SIGTERM");
    expect(await started.ended).toMatchObject({ code: 0 });
  });

  test("reports the starts that a long run has skipped", async () => {
    const { url } = await startMuseum({ latencyMs: [250, 250] });
    const started = startPlant(["run", "--api", url, "--plants", "1", "--watch", "--every", "100ms"]);
    await started.until("stderr", /warning: the run took longer than --every: \d starts? skipped/);
    started.signal("SIGTERM");
    expect(await started.ended).toMatchObject({ code: 0 });
  });

  test("loads the received responses of the current run at SIGTERM, and exits with 0", async () => {
    const museum = await startMuseum({ script: { 2: { kind: "hang" } } });
    const watch = ["run", "--api", museum.url, "--plants", "1-3", "--watch", "--every", "60s", "--json"];
    // One at a time: the second is requested after the first was received.
    const orderly = startPlant([...watch, "--concurrency", "1"]);
    await waitFor(() => museum.requests().count === 2 && museum.requests().open === 1);
    orderly.signal("SIGTERM");
    const { code, stdout } = await orderly.ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ loaded: 1, failed: 2, complete: false });
  });
});

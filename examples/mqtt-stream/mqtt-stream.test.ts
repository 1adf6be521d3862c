import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runEtl } from "@lmnh/plant-etl";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import { sql } from "kysely";
import { expect, onTestFinished, test } from "vitest";

const example = new URL("mqtt-stream.mjs", import.meta.url);
const { greenhouseStore, greenhouseTransform, messageSource } = await import(example.href);

test("mqtt-stream.mjs loads each reading once, rejects other messages, and is complete when it is stopped", async () => {
  const database = await openSqlite("sqlite::memory:");
  onTestFinished(() => database.close());
  const client = new EventEmitter();
  const stop = new AbortController();
  const rejected: string[] = [];
  const running = runEtl({
    source: messageSource(client),
    transform: greenhouseTransform,
    store: await greenhouseStore(database),
    signal: stop.signal,
    thresholds: { maxRejected: 1 },
    observer(event) {
      if (event.type === "rejected") rejected.push(event.rejection.body);
    },
  });
  while (client.listenerCount("message") === 0) await new Promise((resolve) => setImmediate(resolve));
  const time = "2026-01-28T12:00:00Z";
  const publish = (topic: string, message: unknown) =>
    client.emit("message", topic, Buffer.from(JSON.stringify(message)));
  publish("greenhouse/7", { time, temperature: 21.5, light: 812, humidity: 64 });
  publish("greenhouse/7", { time, temperature: 21.5, light: 812, humidity: 64 });
  publish("greenhouse/8", { time, temperature: 41, light: 9, humidity: 64.5 });
  publish("greenhouse/8", { time, temperature: "hot", light: 9 });
  publish("cellar/8", {});
  client.emit("message", "greenhouse/9", "<html>");
  stop.abort();
  expect(await running).toMatchObject({
    loaded: 2,
    duplicates: 1,
    rejected: 2,
    complete: true,
    stoppedBy: "signal",
    sourceEnded: true,
  });
  expect(rejected).toEqual(['{"time":"2026-01-28T12:00:00Z","temperature":"hot","light":9}', "<html>"]);
  expect((await sql`SELECT * FROM greenhouse`.execute(database.db)).rows).toMatchObject([
    { plantId: 7, temperature: 21.5, light: 812, humidity: 64, recordingTaken: "2026-01-28T12:00:00.000Z" },
    { plantId: 8, temperature: 41, light: 9, humidity: 64.5 },
  ]);
});

test("mqtt-stream.mjs loads while the stream goes on, and stops as requested on SIGTERM", async () => {
  const folder = await mkdtemp(join(tmpdir(), "greenhouse-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const url = `sqlite:${join(folder, "greenhouse.db")}`;
  const child = spawn(process.execPath, [fileURLToPath(example), url], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let stdout = "";
  child.stdout.on("data", (text) => {
    stdout += text;
  });
  const exited = once(child, "exit");
  const database = await openSqlite(url);
  onTestFinished(() => database.close());
  const count = async () => {
    try {
      return (await sql`SELECT 1 FROM greenhouse`.execute(database.db)).rows.length;
    } catch {
      return 0;
    }
  };
  while ((await count()) === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  child.kill("SIGTERM");
  expect(await exited).toEqual([0, null]);
  expect(stdout).toBe(`${await count()} readings loaded, stopped as requested\n`);
});

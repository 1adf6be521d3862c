// Loads what the sensors of a greenhouse publish over MQTT, into a table of its own, until Ctrl-C: readings with light and
// humidity, and no time of watering.
//
//   node mqtt-stream.mjs [DATABASE]
import { EventEmitter, on } from "node:events";
import { pathToFileURL } from "node:url";
import { countLoaded, createIssue, parseTimestamp, qualityChecker, runEtl } from "@lmnh/plant-etl";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import { sql } from "kysely";

/** The messages of a client that emits `message` with a topic and a payload, as that of the package `mqtt` does. */
export function messageSource(client) {
  return {
    endless: true,
    async *responses(signal) {
      try {
        for await (const [topic, payload] of on(client, "message", { signal })) {
          const plantId = Number(/^greenhouse\/(\d+)$/.exec(topic)?.[1]);
          const outcome = { kind: "received", status: 200, body: String(payload), cut: false };
          if (plantId >= 0) yield { plantId, receivedAt: new Date().toISOString(), attempts: 1, outcome };
        }
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
  };
}

const qualityOf = qualityChecker({ temperatureRange: [5, 40] });

/** A message that is not JSON throws, which rejects it. */
export function greenhouseTransform({ plantId, receivedAt, body }) {
  const { time, temperature, light, humidity } = JSON.parse(body);
  const takenMs = parseTimestamp(String(time), 0);
  const issues = Object.entries({ temperature, light, humidity })
    .filter(([, value]) => typeof value !== "number")
    .map(([name, value]) => createIssue(name, "is not a number", value));
  if (takenMs === null) issues.push(createIssue("time", "is not a time", time));
  if (issues.length > 0) return { kind: "rejection", issues };
  const qualityFlag = qualityOf({ temperature, recordingTaken: takenMs, receivedAt: Date.parse(receivedAt) });
  const recordingTaken = new Date(takenMs).toISOString();
  return { kind: "reading", reading: { plantId, recordingTaken, temperature, light, humidity, qualityFlag } };
}

/** The run log and the rejections are left out; `@lmnh/plant-etl/testing` has the tests of a complete store. */
export async function greenhouseStore({ db }) {
  await sql`
    CREATE TABLE IF NOT EXISTS greenhouse (plantId INTEGER, recordingTaken TEXT, temperature REAL, light REAL,
      humidity REAL, qualityFlag INTEGER, PRIMARY KEY (plantId, recordingTaken))`.execute(db);
  return {
    beginRun: async () => {},
    async load({ readings }) {
      if (readings.length === 0) return { ...countLoaded([]), duplicates: 0, conflicts: 0 };
      const insert = db.insertInto("greenhouse").orIgnore().values(readings);
      const rows = await insert.returning("qualityFlag").execute();
      const counts = countLoaded(rows.map(({ qualityFlag }) => qualityFlag));
      return { ...counts, duplicates: readings.length - counts.loaded, conflicts: 0 };
    },
    finishRun: async () => {},
    failRun: async () => {},
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const database = await openSqlite(process.argv[2] ?? "sqlite:greenhouse.db");
  // In place of `mqtt.connect("mqtt://localhost").subscribe("greenhouse/+")`.
  const client = new EventEmitter();
  const sensor = () => ({ time: new Date(), temperature: 21.5, light: 812, humidity: 64 });
  const timer = setInterval(() => client.emit("message", "greenhouse/7", JSON.stringify(sensor())), 200);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop.abort());
  const store = await greenhouseStore(database);
  const source = messageSource(client);
  const options = { source, transform: greenhouseTransform, store, signal: stop.signal, flushAfterMs: 1_000 };
  const { loaded, complete } = await runEtl(options);
  clearInterval(timer);
  console.log(`${loaded} readings loaded, ${complete ? "stopped as requested" : "cut short"}`);
  await database.close();
}

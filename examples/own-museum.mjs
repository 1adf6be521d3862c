import { countLoaded, createIssue, formatTimestamp, parseTimestamp, runEtl } from "@lmnh/plant-etl";

const taken = "2026-01-28T12:00:00Z";
const bodies = [`${taken} 812 64.5`, "noon 9 70", `${taken} 812 64.5`, `${taken} 790 64.5`];
const source = {
  async *responses(signal) {
    for (const body of bodies) {
      if (signal.aborted) return;
      const outcome = { kind: "received", status: 200, body, cut: false };
      yield { plantId: 7, receivedAt: new Date().toISOString(), attempts: 1, outcome };
    }
  },
};

function transform({ plantId, body }) {
  const [time = "", light, humidity] = body.split(" ");
  const takenMs = parseTimestamp(time, 0);
  if (takenMs === null) return { kind: "rejection", issues: [createIssue("time", "is not a time", time)] };
  const key = { plantId, recordingTaken: formatTimestamp(takenMs) };
  const reading = { ...key, light: Number(light), humidity: Number(humidity), qualityFlag: 0 };
  return { kind: "reading", reading, plant: { name: `Bed ${plantId}` } };
}

const rows = new Map();
const conflictRows = new Map();
const store = {
  beginRun: async () => {},
  async load({ readings }) {
    const loadedFlags = [];
    let [duplicates, conflicts] = [0, 0];
    for (const reading of readings) {
      const key = `${reading.plantId} ${reading.recordingTaken}`;
      const stored = rows.get(key);
      if (stored === undefined) {
        rows.set(key, reading);
        loadedFlags.push(reading.qualityFlag);
      } else if (stored.light === reading.light && stored.humidity === reading.humidity) {
        duplicates += 1;
      } else {
        conflictRows.set(`${key} ${reading.light} ${reading.humidity}`, reading);
        conflicts += 1;
      }
    }
    return { ...countLoaded(loadedFlags), duplicates, conflicts };
  },
  finishRun: async () => {},
  failRun: async () => {},
};

const report = await runEtl({ source, transform, store, thresholds: { maxRejected: 0.5 } });
const { loaded, duplicates, conflicts, rejected, outcome } = report;
console.log(loaded, duplicates, conflicts, rejected, outcome); // 1 1 1 1 ok

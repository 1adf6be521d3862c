import { countLoaded, createIssue, formatTimestamp, parseTimestamp, runEtl } from "@lmnh/plant-etl";

const bodies = ["2026-01-28T12:00:00Z 812 64.5", "noon 9 70", "2026-01-28T12:00:00Z 812 64.5"];
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
  const [time, light, humidity] = body.split(" ");
  const takenMs = parseTimestamp(time, 0);
  if (takenMs === null) return { kind: "rejection", issues: [createIssue("time", "is not a time", time)] };
  const key = { plantId, recordingTaken: formatTimestamp(takenMs) };
  const reading = { ...key, light: Number(light), humidity: Number(humidity), qualityFlag: 0 };
  return { kind: "reading", reading, plant: { name: `Bed ${plantId}` } };
}

const rows = new Map();
const store = {
  beginRun: async () => {},
  async load({ readings }) {
    const added = readings.filter((reading) => {
      const key = `${reading.plantId} ${reading.recordingTaken}`;
      return !rows.has(key) && rows.set(key, reading);
    });
    const counts = countLoaded(added.map(({ qualityFlag }) => qualityFlag));
    return { ...counts, duplicates: readings.length - added.length, conflicts: 0 };
  },
  finishRun: async () => {},
  failRun: async () => {},
};

const report = await runEtl({ source, transform, store, thresholds: { maxRejected: 0.5 } });
console.log(report.loaded, report.duplicates, report.rejected, report.outcome); // 1 1 1 ok

import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createSimulator } from "@lmnh/museum-simulator";
import { type PlantSource, parseRoster } from "@lmnh/plant-etl";
import { expect, onTestFinished, test } from "vitest";
import { openSource, type SourceOptions } from "../../src/open/open-source.js";

function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "plant-open-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function open(options: Pick<SourceOptions, "record" | "replay">, api = "http://127.0.0.1:1/") {
  const warnings: string[] = [];
  const opened = await openSource(
    { api, plants: parseRoster("1-3"), ...options },
    {
      clock: { now: () => Date.now(), sleep: (ms, signal) => sleep(ms, undefined, { signal }) },
      random: () => 0.5,
      userAgent: "test/1",
      onWarning: (line) => warnings.push(line),
    },
  );
  return { ...opened, warnings };
}

async function plantIds({ source }: { readonly source: PlantSource }): Promise<number[]> {
  const ids: number[] = [];
  for await (const { plantId } of source.responses(new AbortController().signal)) ids.push(plantId);
  return ids.sort();
}

test("openSource records the responses of the API, and replays them without it", async () => {
  const museum = await createSimulator({ now: () => Date.now(), latencyMs: [0, 0], faultRate: 0 });
  onTestFinished(() => museum.close());
  const file = join(temporaryFolder(), "a.ndjson");
  const recording = await open({ record: file }, museum.url);
  expect(await plantIds(recording)).toEqual([1, 2, 3]);
  expect([recording.recordingProblem(), recording.warnings]).toEqual([undefined, []]);
  expect(readFileSync(file, "utf8").trimEnd().split("\n")).toHaveLength(3);

  expect(await plantIds(await open({ replay: file }))).toEqual([1, 2, 3]);
});

test("openSource omits a truncated line of a recording, with a warning", async () => {
  const museum = await createSimulator({ now: () => Date.now(), latencyMs: [0, 0], faultRate: 0 });
  onTestFinished(() => museum.close());
  const file = join(temporaryFolder(), "a.ndjson");
  await plantIds(await open({ record: file }, museum.url));
  appendFileSync(file, '{"v":1,"plantId":7,"rec');
  const replay = await open({ replay: file });
  expect(await plantIds(replay)).toEqual([1, 2, 3]);
  expect(replay.warnings).toEqual([`line 4 of ${file} was cut off in the middle and is left out`]);
});

test("openSource rejects a missing recording, and a path that cannot be recorded to, before the first request", async () => {
  const folder = temporaryFolder();
  await expect(open({ replay: join(folder, "missing") })).rejects.toMatchObject({ code: "ENOENT" });
  await expect(open({ record: join(folder, "missing", "a.ndjson") })).rejects.toMatchObject({
    code: "ENOENT",
  });
  await expect(open({ record: folder })).rejects.toMatchObject({ code: "EISDIR" });
});

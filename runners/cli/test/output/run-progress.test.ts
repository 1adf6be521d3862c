import { buildBatch, lmnhTransform } from "@lmnh/plant-etl";
import { buildResponse } from "@lmnh/plant-etl/testing";
import { expect, test } from "vitest";
import { createRunProgress } from "../../src/output/run-progress.js";

const refused = Array.from({ length: 30 }, (_, plantId) => buildResponse(plantId, "<html>"));
const { rejections } = buildBatch(refused, lmnhTransform()).batch;

test("createRunProgress writes its notes after the run, the first of each kind and the number of the others", () => {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const output = {
    ...{ verbose: false, showsProgress: false, result: () => {}, progress: () => {} },
    ...{ note: write, detail: () => {}, warn: write, error: write },
  };
  const { observe, end } = createRunProgress({ elapsedMs: () => 0 }, output);
  for (const rejection of rejections) observe({ type: "rejected", rejection });
  for (let key = 0; key < 50; key++) observe({ type: "unknown-key", key: `key ${key}`, plantId: 1 });
  expect(lines).toEqual([]);
  end();
  expect(lines.filter((line) => line.startsWith("plant "))).toHaveLength(10);
  expect(lines.filter((line) => line.includes("unknown key in the response"))).toHaveLength(10);
  expect(lines).toContain("and 20 more rejections; all are in plant_rejection");
  expect(lines).toContain("and 40 more keys that are new; the report lists the first");
});

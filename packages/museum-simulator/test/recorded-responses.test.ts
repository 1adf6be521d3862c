import { describe, expect, it } from "vitest";
import { parseRecordedResponses, SimulatorError } from "../src/index.js";
import { askJson } from "./support/client.js";
import { startSimulator } from "./support/start-simulator.js";

const line = (apiVersion: string, payload: unknown) =>
  JSON.stringify({ apiVersion, source: "test", payload });

describe("captured answers", () => {
  it("are taken of one era, by plant, past empty lines and Windows line ends", () => {
    const text = [
      line("v2", { plant_id: 1, name: "a" }),
      "",
      line("v3", { plant_id: 1, name: "b" }),
      "",
    ].join("\r\n");
    expect([...parseRecordedResponses(text, "v3")]).toEqual([[1, { plant_id: 1, name: "b" }]]);
    expect(parseRecordedResponses(text, "v0").size).toBe(0);
  });

  it("are refused with the number of every bad line and what is wrong with it", () => {
    const text = [
      line("v3", { plant_id: 1 }),
      "{",
      "[]",
      line("v9", { plant_id: 2 }),
      line("v3", null),
      line("v0", { plant_id: "2" }),
      line("v3", { plant_id: 1 }),
    ].join("\n");
    const problems = [
      "line 2: is not JSON",
      "line 3: is not an object",
      "line 4: era must be one of v0, v1, v2, v3",
      "line 5: payload must be an object",
      "line 6: payload.plant_id must be a whole number",
      "line 7: plant 1 of era v3 stands in an earlier line already",
    ];
    const attempt = () => parseRecordedResponses(text, "v3");
    expect(attempt).toThrow(SimulatorError);
    expect(attempt).toThrow(
      expect.objectContaining({ code: "RESPONSES_INVALID", message: problems.join("\n") }),
    );
  });

  it("are said again word for word, and every other plant is not found", async () => {
    const payload = { plant_id: 900, name: "‘Striata’", odd: [1, null] };
    const responses = parseRecordedResponses(line("v3", payload), "v3");
    const simulator = await startSimulator({ responses, faultRate: 1 });
    expect(await askJson(`${simulator.url}/900`)).toEqual({ status: 200, body: payload });
    expect(await askJson(`${simulator.url}/8`)).toEqual({
      status: 404,
      body: { error: "plant not found", plant_id: 8 },
    });
  });
});

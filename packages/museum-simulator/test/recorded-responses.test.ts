import { describe, expect, it } from "vitest";
import { apiVersions, parseRecordedResponses, SimulatorError } from "../src/index.js";
import { getJson } from "./support/client.js";
import { startSimulator } from "./support/start-simulator.js";

const line = (apiVersion: string, payload: unknown) =>
  JSON.stringify({ apiVersion, source: "test", payload });

describe("parseRecordedResponses", () => {
  it("returns the payloads of one API version by plant id, and skips empty lines with CR LF", () => {
    const text = [
      line("v2", { plant_id: 1, name: "a" }),
      "",
      line("v3", { plant_id: 1, name: "b" }),
      "",
    ].join("\r\n");
    expect([...parseRecordedResponses(text, "v3")]).toEqual([[1, { plant_id: 1, name: "b" }]]);
    expect(parseRecordedResponses(text, "v0").size).toBe(0);
  });

  it("throws the number and the problem of every invalid line", () => {
    const text = [
      line("v3", { plant_id: 1 }),
      "{",
      "[]",
      line("v99", { plant_id: 2 }),
      line("v3", null),
      line("v0", { plant_id: "2" }),
      line("v3", { plant_id: 1 }),
    ].join("\n");
    const problems = [
      "line 2: is not JSON",
      "line 3: is not an object",
      `line 4: apiVersion must be one of ${apiVersions.join(", ")}`,
      "line 5: payload must be an object",
      "line 6: payload.plant_id must be a whole number",
      "line 7: plant 1 of API version v3 occurs in an earlier line",
    ];
    const attempt = () => parseRecordedResponses(text, "v3");
    expect(attempt).toThrow(SimulatorError);
    expect(attempt).toThrow(
      expect.objectContaining({ code: "RESPONSES_INVALID", message: problems.join("\n") }),
    );
  });

  it("returns payloads that the simulator serves unchanged; other plants are not found", async () => {
    const payload = { plant_id: 900, name: "‘Striata’", odd: [1, null] };
    const responses = parseRecordedResponses(line("v3", payload), "v3");
    const simulator = await startSimulator({ responses, faultRate: 1 });
    expect(await getJson(`${simulator.url}/900`)).toEqual({ status: 200, body: payload });
    expect(await getJson(`${simulator.url}/8`)).toEqual({
      status: 404,
      body: { error: "plant not found", plant_id: 8 },
    });
  });
});

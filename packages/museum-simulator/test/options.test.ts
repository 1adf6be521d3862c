import { describe, expect, it } from "vitest";
import {
  type ApiVersion,
  createSimulator,
  type Fault,
  SimulatorError,
  type SimulatorOptions,
} from "../src/index.js";
import { startSimulator } from "./support/start-simulator.js";

const refusal = (options: Partial<SimulatorOptions>) =>
  createSimulator({ now: () => 0, ...options }).then(
    async (simulator) => {
      await simulator.close();
      return "accepted";
    },
    (error: unknown) =>
      error instanceof SimulatorError && error.code === "OPTION_INVALID" ? error.message : error,
  );

describe("readOptions", () => {
  it.each<[string, Partial<SimulatorOptions>]>([
    ["apiVersion", { apiVersion: "v99" as ApiVersion }],
    ["seed", { seed: 0.5 }],
    ["plantCount", { plantCount: 0 }],
    ["plantCount", { plantCount: 1_000_001 }],
    ["faultRate", { faultRate: 1.01 }],
    ["faultRate", { faultRate: Number.NaN }],
    ["latencyMs", { latencyMs: [5, 1] }],
    ["latencyMs", { latencyMs: [-1, 1] }],
    ["maxConcurrent", { maxConcurrent: 0 }],
    ["port", { port: 65_536 }],
    ["anomalies.hotRate", { anomalies: { hotRate: 2, offBaseRate: 0, negativeMoistureRate: 0 } }],
    ["script[8]", { script: { 8: { kind: "explode" } as unknown as Fault } }],
    ["script[8]", { script: { 8: [{ kind: "hang" }, { kind: "status", status: 99, body: "" }] } }],
    ["script[8]", { script: { 8: { kind: "hugeBody", bytes: 1 } } }],
    ["plants, plantCount", { plants: [], plantCount: 5 }],
  ])("reports an invalid option: %s", async (name, options) => {
    expect(await refusal(options)).toContain(name);
  });

  it("reports all problems at once", async () => {
    expect(String(await refusal({ seed: 0.5, port: -1, maxConcurrent: 0 })).split("\n")).toHaveLength(3);
  });

  it("names a port that is in use", async () => {
    const { port } = await startSimulator();
    await expect(createSimulator({ now: () => 0, port })).rejects.toMatchObject({ code: "PORT_UNAVAILABLE" });
  });
});

import type { PlantStore } from "../../src/ports.js";
import type { Report } from "../../src/report.js";
import type { PlantResponse } from "../../src/response.js";
import { runEtl } from "../../src/run-etl.js";
import { lmnhTransform } from "../../src/transform/lmnh-transform.js";

const clock = {
  now: () => Date.parse("2026-01-28T12:00:01.000Z"),
  sleep: () => new Promise<never>(() => {}),
};

/** Runs the ETL over the given responses. */
export function runResponses(
  responses: readonly PlantResponse[],
  store: PlantStore,
  runId = "hostile",
): Promise<Report> {
  const source = {
    async *responses() {
      yield* responses;
    },
  };
  return runEtl({ source, transform: lmnhTransform(), store, clock, runId });
}

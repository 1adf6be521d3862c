import type { PlantSource } from "../../src/ports.js";
import type { PlantResponse } from "../../src/response.js";
import { buildPayload, buildResponse } from "../../src/testing/builders.js";

/** A source of one instant: 48 plants with readings, one not found, one on loan, one invalid response. */
export function frozenSource(at = "2026-01-28T12:00:00.000", plants = 48): PlantSource {
  const responses: PlantResponse[] = [
    ...Array.from({ length: plants }, (_, index) =>
      buildResponse(index + 1, buildPayload(index + 1, { recording_taken: at })),
    ),
    buildResponse(50_001, { error: "plant not found", plant_id: 50_001 }, 404),
    buildResponse(50_002, { error: "plant on loan to another museum", plant_id: 50_002 }, 404),
    buildResponse(50_003, "<html>"),
  ].map((response) => ({ ...response, receivedAt: `${at}Z` }));
  return {
    async *responses() {
      yield* responses;
    },
  };
}

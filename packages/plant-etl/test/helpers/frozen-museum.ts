import type { Answer } from "../../src/answer.js";
import type { PlantSource } from "../../src/ports.js";
import { buildAnswer, buildPayload } from "../../src/testing/builders.js";

/** A museum in which it is one and the same time: 48 plants with readings, one not found, one on loan, one refused. */
export function frozenMuseum(at = "2026-01-28T12:00:00.000", plants = 48): PlantSource {
  const answers: Answer[] = [
    ...Array.from({ length: plants }, (_, index) =>
      buildAnswer(index + 1, buildPayload(index + 1, { recording_taken: at })),
    ),
    buildAnswer(50_001, { error: "plant not found", plant_id: 50_001 }, 404),
    buildAnswer(50_002, { error: "plant on loan to another museum", plant_id: 50_002 }, 404),
    buildAnswer(50_003, "<html>"),
  ].map((answer) => ({ ...answer, receivedAt: `${at}Z` }));
  return {
    async *answers() {
      yield* answers;
    },
  };
}

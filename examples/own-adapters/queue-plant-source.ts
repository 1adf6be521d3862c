import type { PlantResponse, PlantSource } from "@lmnh/plant-etl";

/** What a gateway received of one plant. */
export interface QueuedResponse {
  readonly plantId: number;
  readonly status: number;
  readonly body: string;
}

/** A source that has responses already, such as those of a message queue, one for each of its plants. */
export function queuePlantSource(queued: readonly QueuedResponse[], now: () => number): PlantSource {
  return {
    async *responses(signal) {
      for (const { plantId, status, body } of queued) {
        const response = { plantId, receivedAt: new Date(now()).toISOString() };
        const outcome: PlantResponse["outcome"] = signal.aborted
          ? { kind: "failed", code: "aborted", message: "The run was stopped." }
          : { kind: "received", status, body, cut: false };
        yield { ...response, attempts: signal.aborted ? 0 : 1, outcome };
      }
    },
  };
}

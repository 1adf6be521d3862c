import type { ApiVersion } from "./api-version.js";
import { unit } from "./hash.js";
import { type Payload, readingPayload } from "./payload.js";
import { isSilentAt, type PlantConditions } from "./plant-faults.js";
import { onLoanId, type Roster } from "./roster.js";
import type { AnomalyRates } from "./sensor-signal.js";

/** One request for one plant. */
export interface PlantRequest {
  readonly plantId: number;
  /** Milliseconds since the epoch. */
  readonly instantMs: number;
  /** Number of earlier requests for this plant at this instant. A retry has its own draw. */
  readonly nth: number;
}

export interface ApiResponse {
  readonly status: number;
  readonly payload: Payload;
}

/** The API without injected faults, except for sensor faults at the given rate. */
export type PlantApi = (request: PlantRequest, faultRate: number) => ApiResponse;

export function livePlantApi(
  apiVersion: ApiVersion,
  seed: number,
  roster: Roster,
  anomalies: AnomalyRates,
  conditionsOf: (plantId: number) => PlantConditions = () => ({}),
): PlantApi {
  return ({ plantId, instantMs, nth }, faultRate) => {
    if (plantId === onLoanId) return onLoan(plantId);
    // Before the look-up: an id without a plant has sensor faults too.
    if (unit("sensorFault", seed, plantId, instantMs, nth) < faultRate) return sensorFault(plantId);
    const plant = roster.find(plantId);
    if (plant === undefined) return notFound(plantId);
    const conditions = conditionsOf(plantId);
    if (isSilentAt(conditions, instantMs)) return sensorFault(plantId);
    const payload = readingPayload({ apiVersion, seed, plant, instantMs, nth, anomalies, conditions });
    return { status: 200, payload };
  };
}

/** Serves recorded payloads unchanged, without sensor faults. */
export function recordedPlantApi(responses: ReadonlyMap<number, Payload>): PlantApi {
  return ({ plantId }) => {
    const payload = responses.get(plantId);
    return payload === undefined ? notFound(plantId) : { status: 200, payload };
  };
}

/** The id is text if the requested id is not a whole number. */
export function notFound(plantId: number | string): ApiResponse {
  return { status: 404, payload: { error: "plant not found", plant_id: plantId } };
}

export function sensorFault(plantId: number): ApiResponse {
  return { status: 500, payload: { error: "plant sensor fault", plant_id: plantId } };
}

function onLoan(plantId: number): ApiResponse {
  return { status: 404, payload: { error: "plant on loan to another museum", plant_id: plantId } };
}

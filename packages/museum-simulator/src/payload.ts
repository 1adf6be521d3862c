import { type ApiVersion, versionSpecs } from "./api-version.js";
import { hash } from "./hash.js";
import { imagesOf } from "./images.js";
import { formatPhone } from "./phone.js";
import type { PlantConditions } from "./plant-faults.js";
import type { SimulatedPlant } from "./roster.js";
import { type AnomalyRates, signalAt } from "./sensor-signal.js";

/** Everything that determines a response. */
export interface PayloadOptions {
  /** The version whose shape the response has. */
  readonly apiVersion: ApiVersion;
  /** A whole number, as in `SimulatorOptions`. */
  readonly seed: number;
  /** The plant to describe. */
  readonly plant: SimulatedPlant;
  /** Milliseconds since the epoch. */
  readonly instantMs: number;
  /** Number of earlier requests for this plant at this instant. */
  readonly nth: number;
  /** How often values are wild; see `noAnomalies` and `museumAnomalies`. */
  readonly anomalies: AnomalyRates;
  /** Faults of the plant; none by default. */
  readonly conditions?: PlantConditions | undefined;
}

/** A parsed response body, by key. */
export type Payload = Readonly<Record<string, unknown>>;

/** The reading in the shape of the API version, ready for `JSON.stringify`: an absent key is `undefined`. */
export function readingPayload(options: PayloadOptions): Payload {
  const { apiVersion, seed, plant, instantMs, nth, anomalies, conditions } = options;
  const { plantId, botanist, scientificName } = plant;
  const version = versionSpecs[apiVersion];
  const takenMs = Math.floor(instantMs / version.timeResolutionMs) * version.timeResolutionMs;
  const { temperature, soilMoisture, lastWateredMs } = signalAt(
    seed,
    plantId,
    takenMs,
    anomalies,
    conditions,
  );
  const microseconds = hash("microseconds", seed, plantId, instantMs) % 1_000;
  const drawKey = [seed, plantId, instantMs, nth];
  return {
    botanist:
      botanist === null
        ? undefined
        : { ...botanist, phone: formatPhone(version.phone, botanist.phone, drawKey) },
    ...(scientificName === null ? {} : version.extraKeys),
    images: imagesOf(version, plant, instantMs, drawKey),
    last_watered: version.formatLastWatered(lastWateredMs),
    name: plant.name ?? undefined,
    origin_location: plant.origin === null ? undefined : version.formatOrigin(plant.origin),
    plant_id: plantId,
    recording_taken: version.formatRecordingTaken(takenMs, microseconds),
    scientific_name: scientificName === null ? undefined : [scientificName],
    soil_moisture: soilMoisture,
    temperature,
  };
}

import type { Origin } from "@lmnh/plant-schema";
import { type ApiVersion, isEarly } from "./api-version.js";
import { hash } from "./hash.js";
import { imagesOf } from "./images.js";
import { phoneOf } from "./phone.js";
import type { SimulatedPlant } from "./roster.js";
import { type AnomalyRates, signalAt } from "./sensor-signal.js";
import { timeZoneOf } from "./time-zones.js";

export interface PayloadOptions {
  readonly apiVersion: ApiVersion;
  readonly seed: number;
  readonly plant: SimulatedPlant;
  /** Milliseconds since the epoch. */
  readonly instantMs: number;
  /** How many requests for this plant at this instant came before. */
  readonly nth: number;
  readonly anomalies: AnomalyRates;
}

export type Payload = Readonly<Record<string, unknown>>;

/** A reading in the era's shape, ready for `JSON.stringify`: a key that the API leaves out is `undefined`. */
export function readingPayload({
  apiVersion,
  seed,
  plant,
  instantMs,
  nth,
  anomalies,
}: PayloadOptions): Payload {
  const { plantId } = plant;
  // The early eras say whole seconds, and two requests in one second get the same reading.
  const takenMs = isEarly(apiVersion) ? Math.floor(instantMs / 1_000) * 1_000 : instantMs;
  const { temperature, soilMoisture, lastWateredMs } = signalAt(seed, plantId, takenMs, anomalies);
  const occasion = [seed, plantId, instantMs, nth];
  const { botanist, scientificName } = plant;
  return {
    botanist:
      botanist === null ? undefined : { ...botanist, phone: phoneOf(apiVersion, botanist.phone, occasion) },
    ...(apiVersion === "v0" && scientificName !== null
      ? { cycle: "Perennial", sunlight: ["Part shade"] }
      : {}),
    images: imagesOf(apiVersion, plant, instantMs, occasion),
    last_watered: lastWateredText(apiVersion, lastWateredMs),
    name: plant.name ?? undefined,
    origin_location: plant.origin === null ? undefined : originOf(apiVersion, plant.origin),
    plant_id: plantId,
    recording_taken: recordingTakenText(
      apiVersion,
      takenMs,
      hash("microseconds", seed, plantId, instantMs) % 1_000,
    ),
    scientific_name: scientificName === null ? undefined : [scientificName],
    soil_moisture: soilMoisture,
    temperature,
  };
}

function originOf(apiVersion: ApiVersion, { city, latitude, longitude }: Origin): unknown {
  if (isEarly(apiVersion))
    return [
      textOf(latitude),
      textOf(longitude),
      city.name,
      city.country.code ?? "",
      timeZoneOf(city.country.code),
    ];
  const place = { city: city.name, country: city.country.name };
  return apiVersion === "v2"
    ? { latitude, longitude, ...place }
    : { ...place, latitude: textOf(latitude), longitude: textOf(longitude) };
}

function textOf(degrees: number | null): string {
  return degrees === null ? "" : String(degrees);
}

function lastWateredText(apiVersion: ApiVersion, ms: number): string {
  const date = new Date(ms);
  if (isEarly(apiVersion)) return date.toUTCString();
  return apiVersion === "v2" ? date.toISOString() : date.toISOString().slice(0, 19);
}

/** `microseconds`, 0…999, are what v3 says below the millisecond. A fraction of zero is left out there, as Python does. */
function recordingTakenText(apiVersion: ApiVersion, ms: number, microseconds: number): string {
  const iso = new Date(ms).toISOString();
  if (isEarly(apiVersion)) return iso.slice(0, 19).replace("T", " ");
  if (apiVersion === "v2") return iso;
  const fraction = `${iso.slice(20, 23)}${String(microseconds).padStart(3, "0")}`;
  return fraction === "000000" ? iso.slice(0, 19) : `${iso.slice(0, 19)}.${fraction}`;
}

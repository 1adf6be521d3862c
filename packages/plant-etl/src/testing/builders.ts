import type { PlantResponse } from "../response.js";

/** The keys of a response of the current API. Any of them can be replaced, also by an invalid value. */
export type Payload = Record<string, unknown>;

/** A valid, complete response of the current API, as the parsed body. */
export function buildPayload(plantId: number, overrides: Payload = {}): Payload {
  return {
    plant_id: plantId,
    name: `Fern ${plantId}`,
    scientific_name: [`Filix ${plantId}`],
    temperature: 15.25,
    soil_moisture: 61.5,
    recording_taken: "2026-01-28T12:00:00.123456",
    last_watered: "2026-01-28T07:30:00",
    botanist: { name: "Dr. Ada Green", email: "ada.green@lnhm.co.uk", phone: "(305)555-0162x591" },
    origin_location: { latitude: "-19.32556", longitude: "-41.25528", city: "Resplendor", country: "Brazil" },
    images: {
      license: 45,
      license_name: "CC BY-SA 3.0",
      license_url: "https://example.org/licence",
      original_url: `https://example.org/${plantId}/original.jpg`,
      regular_url: `https://example.org/${plantId}/regular.jpg`,
      medium_url: `https://example.org/${plantId}/medium.jpg`,
      small_url: `https://example.org/${plantId}/small.jpg`,
      thumbnail: `https://example.org/${plantId}/thumbnail.jpg`,
    },
    ...overrides,
  };
}

/** A response with a body, which is serialized as JSON unless it is text. */
export function buildResponse(
  plantId: number,
  body: unknown = buildPayload(plantId),
  status = 200,
): PlantResponse {
  return {
    plantId,
    receivedAt: "2026-01-28T12:00:01.000Z",
    attempts: 1,
    outcome: {
      kind: "received",
      status,
      body: typeof body === "string" ? body : JSON.stringify(body),
      cut: false,
    },
  };
}

/** A failed request. */
export function buildFailure(
  plantId: number,
  message = "no complete response within 10000 ms",
): PlantResponse {
  return {
    plantId,
    receivedAt: "2026-01-28T12:00:01.000Z",
    attempts: 4,
    outcome: { kind: "failed", code: "timeout", message },
  };
}

import { type ApiResponse, sensorFault } from "./plant-api.js";
import { type FullReply, fullReply, jsonReply, type Reply } from "./reply.js";

/** A fault to inject in place of the proper response. */
export type Fault =
  /** No response. */
  | { readonly kind: "hang" }
  /** The connection is reset before the first byte. */
  | { readonly kind: "reset" }
  /** Half of the announced bytes, then the connection is closed. */
  | { readonly kind: "truncated" }
  /** 200, half a JSON document with a correct length. */
  | { readonly kind: "truncatedJson" }
  /** 503 with an HTML page, as from the hosting platform. */
  | { readonly kind: "htmlError" }
  /** 200 with an HTML page. */
  | { readonly kind: "notJson" }
  /** A reading whose values have the wrong types. */
  | { readonly kind: "wrongTypes" }
  /** 200, the JSON document `null`. */
  | { readonly kind: "nullBody" }
  /** 200, the reading in a list. */
  | { readonly kind: "arrayBody" }
  /** 200, a JSON string of `bytes`, 2 or more, 256 MiB by default; ends when the client disconnects. */
  | { readonly kind: "hugeBody"; readonly bytes?: number | undefined }
  /** The reading, one byte every 200 ms. */
  | { readonly kind: "slowDrip" }
  /** 302 to any URL. */
  | { readonly kind: "redirect"; readonly location: string }
  /** 302 to the requested URL. */
  | { readonly kind: "redirectSelf" }
  /** 429 with `Retry-After` of whole seconds, 1 by default. */
  | { readonly kind: "tooManyRequests"; readonly retryAfterSeconds?: number | undefined }
  /** The API's own 500. */
  | { readonly kind: "sensorFault" }
  /** A 500 that is not the API's own: plain text. */
  | { readonly kind: "serverError" }
  /** The reading with the id of the next plant. */
  | { readonly kind: "wrongPlantId" }
  /** The reading without a key. */
  | { readonly kind: "missingField"; readonly field: string }
  /** The reading with one more key. */
  | { readonly kind: "extraKey"; readonly key: string; readonly value: unknown }
  /** Any status, 200…599, with any body. The content type is JSON by default. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly body: string;
      readonly contentType?: string | undefined;
    };

/** Every kind, to validate scripts from outside. */
export const faultKinds: Readonly<Record<Fault["kind"], true>> = {
  hang: true,
  reset: true,
  truncated: true,
  truncatedJson: true,
  htmlError: true,
  notJson: true,
  wrongTypes: true,
  nullBody: true,
  arrayBody: true,
  hugeBody: true,
  slowDrip: true,
  redirect: true,
  redirectSelf: true,
  tooManyRequests: true,
  sensorFault: true,
  serverError: true,
  wrongPlantId: true,
  missingField: true,
  extraKey: true,
  status: true,
};

const html = "text/html; charset=utf-8";
const page =
  "<!DOCTYPE html><html><head><title>Application error</title></head><body><h1>Application error</h1></body></html>";

/** `proper` is the response without the fault to a request of `path`. */
export function applyFault(fault: Fault, plantId: number, path: string, proper: ApiResponse): Reply {
  const { payload } = proper;
  const properBody = JSON.stringify(payload);
  switch (fault.kind) {
    case "hang":
    case "reset":
      return { kind: fault.kind };
    case "truncated":
      return { kind: "truncated", body: properBody };
    case "slowDrip":
      return { kind: "drip", body: properBody };
    case "hugeBody":
      return { kind: "huge", bytes: fault.bytes ?? 256 * 1024 * 1024 };
    case "truncatedJson":
      return fullReply(200, "application/json", properBody.slice(0, Math.floor(properBody.length / 2)));
    case "htmlError":
      return fullReply(503, html, page);
    case "notJson":
      return fullReply(200, html, page);
    case "nullBody":
      return fullReply(200, "application/json", "null");
    case "arrayBody":
      return fullReply(200, "application/json", `[${properBody}]`);
    case "wrongTypes":
      return jsonReply({ ...proper, payload: { ...payload, ...wrongTypes } });
    case "wrongPlantId":
      return jsonReply({ ...proper, payload: { ...payload, plant_id: plantId + 1 } });
    case "missingField":
      return jsonReply({ ...proper, payload: { ...payload, [fault.field]: undefined } });
    case "extraKey":
      return jsonReply({ ...proper, payload: { ...payload, [fault.key]: fault.value } });
    case "sensorFault":
      return jsonReply(sensorFault(plantId));
    case "serverError":
      return fullReply(500, "text/plain; charset=utf-8", "Internal Server Error");
    case "tooManyRequests": {
      const reply = jsonReply({ status: 429, payload: { error: "too many requests" } });
      return withHeader(reply, "retry-after", String(fault.retryAfterSeconds ?? 1));
    }
    case "redirect":
      return withHeader(fullReply(302, html, ""), "location", fault.location);
    case "redirectSelf":
      return withHeader(fullReply(302, html, ""), "location", path);
    case "status":
      return fullReply(fault.status, fault.contentType ?? "application/json", fault.body);
  }
}

const wrongTypes = {
  temperature: "warm",
  soil_moisture: null,
  recording_taken: 0,
  last_watered: {},
  botanist: [],
  origin_location: "somewhere",
};

function withHeader(reply: FullReply, name: string, value: string): FullReply {
  return { ...reply, headers: { ...reply.headers, [name]: value } };
}

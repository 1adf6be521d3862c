import { type ApiResponse, sensorFault } from "./plant-api.js";
import { type FullReply, fullReply, json, type Reply } from "./reply.js";

/** What to do to the clients that ask for a plant, instead of answering properly. */
export type Fault =
  /** Never answers. */
  | { readonly kind: "hang" }
  /** Resets the connection before a byte is sent. */
  | { readonly kind: "reset" }
  /** Announces the whole reading, sends half of it and closes the connection. */
  | { readonly kind: "truncated" }
  /** 200, a whole answer of half a JSON document. */
  | { readonly kind: "truncatedJson" }
  /** 503 with an HTML page, as the hosting platform does. */
  | { readonly kind: "htmlError" }
  /** 200 with an HTML page. */
  | { readonly kind: "notJson" }
  /** A reading whose values have the wrong types. */
  | { readonly kind: "wrongTypes" }
  /** 200, the JSON document `null`. */
  | { readonly kind: "nullBody" }
  /** 200, the reading in a list. */
  | { readonly kind: "arrayBody" }
  /** 200, a JSON string of so many bytes, 2 or more; 256 MiB by default. It stops when the client leaves. */
  | { readonly kind: "hugeBody"; readonly bytes?: number }
  /** The reading, one byte every 200 ms. */
  | { readonly kind: "slowDrip" }
  /** 302 to any address, another origin say. */
  | { readonly kind: "redirect"; readonly location: string }
  /** 302 to the address that was asked for. */
  | { readonly kind: "redirectSelf" }
  /** 429; the client shall wait so many seconds, a whole number, 1 by default. */
  | { readonly kind: "tooManyRequests"; readonly retryAfterSeconds?: number }
  /** The API's own 500. */
  | { readonly kind: "sensorFault" }
  /** A 500 that is not the API's own: plain text. */
  | { readonly kind: "serverError" }
  /** The reading, said to be of the next plant. */
  | { readonly kind: "wrongPlantId" }
  /** The reading without a key. */
  | { readonly kind: "missingField"; readonly field: string }
  /** The reading with one more key. */
  | { readonly kind: "extraKey"; readonly key: string; readonly value: unknown }
  /** Any status, 200…599, with any body; JSON by its content type unless said otherwise. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly body: string;
      readonly contentType?: string;
    };

/** `true` for every kind that there is, so that a script from outside can be checked. */
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

/** `proper` is what the plant would have answered to a request of `path`. */
export function applyFault(how: Fault, plantId: number, path: string, proper: ApiResponse): Reply {
  const { payload } = proper;
  const good = JSON.stringify(payload);
  switch (how.kind) {
    case "hang":
    case "reset":
      return { kind: how.kind };
    case "truncated":
      return { kind: "truncated", body: good };
    case "slowDrip":
      return { kind: "drip", body: good };
    case "hugeBody":
      return { kind: "huge", bytes: how.bytes ?? 256 * 1024 * 1024 };
    case "truncatedJson":
      return fullReply(200, "application/json", good.slice(0, Math.floor(good.length / 2)));
    case "htmlError":
      return fullReply(503, html, page);
    case "notJson":
      return fullReply(200, html, page);
    case "nullBody":
      return fullReply(200, "application/json", "null");
    case "arrayBody":
      return fullReply(200, "application/json", `[${good}]`);
    case "wrongTypes":
      return json({ ...proper, payload: { ...payload, ...wrongTypes } });
    case "wrongPlantId":
      return json({ ...proper, payload: { ...payload, plant_id: plantId + 1 } });
    case "missingField":
      return json({ ...proper, payload: { ...payload, [how.field]: undefined } });
    case "extraKey":
      return json({ ...proper, payload: { ...payload, [how.key]: how.value } });
    case "sensorFault":
      return json(sensorFault(plantId));
    case "serverError":
      return fullReply(500, "text/plain; charset=utf-8", "Internal Server Error");
    case "tooManyRequests": {
      const reply = json({ status: 429, payload: { error: "too many requests" } });
      return withHeader(reply, "retry-after", String(how.retryAfterSeconds ?? 1));
    }
    case "redirect":
      return withHeader(fullReply(302, html, ""), "location", how.location);
    case "redirectSelf":
      return withHeader(fullReply(302, html, ""), "location", path);
    case "status":
      return fullReply(how.status, how.contentType ?? "application/json", how.body);
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

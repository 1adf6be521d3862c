import type { Plant } from "@lmnh/plant-schema/model";
import { classifyApiError } from "../api-error.js";
import type { Notice, Reading, Rejection } from "../batch.js";
import type { FailedRequest, PlantResponse, ReceivedResponse } from "../response.js";
import { ellipsize } from "../truncate.js";
import { createIssue, type ValidationIssue } from "../validation-issue.js";
import { buildRejection } from "./build-rejection.js";
import { flagQuality } from "./flag-quality.js";
import { parseDetails } from "./parse-details.js";
import { formatTimestamp, parseTimestamp } from "./parse-timestamp.js";
import { repeatedKeys } from "./repeated-keys.js";
import { knownKeys, readingSchema } from "./response-schema.js";
import { schemaIssues } from "./schema-issues.js";
import type { TransformOptions } from "./transform-options.js";

/** The result for one response: exactly one of reading, notice, rejection, failure. */
export type TransformedResponse =
  | {
      readonly kind: "reading";
      readonly reading: Reading;
      readonly plant: Plant;
      /** The invalid details of a valid reading. */
      readonly rejection: Rejection | null;
      /** Keys that no API version has: the first 20, each cut to 80 characters. */
      readonly unknownKeys: readonly string[];
      /** Number of further unknown keys. */
      readonly unknownKeysOmitted: number;
    }
  | { readonly kind: "notice"; readonly notice: Notice }
  | { readonly kind: "rejection"; readonly rejection: Rejection }
  | { readonly kind: "failure"; readonly plantId: number; readonly failure: FailedRequest };

/** UTF-16 code units of the message of a decoder, a recording or an error. */
const maxReasonLength = 200;

/**
 * Transforms one response. Pure, and never throws: an internal error becomes a rejection of that response, so that it does
 * not affect the others.
 */
export function transformResponse(response: PlantResponse, options: TransformOptions): TransformedResponse {
  const { plantId, outcome } = response;
  if (outcome.kind === "failed") return { kind: "failure", plantId, failure: outcome };
  const reject = (issues: readonly ValidationIssue[], readingRejected = true) =>
    buildRejection(response, outcome, issues, readingRejected);
  if (outcome.kind === "undecodable") {
    const issue = createIssue("", ellipsize(outcome.problem, maxReasonLength), outcome.bodyBase64);
    return { kind: "rejection", rejection: reject([issue]) };
  }
  try {
    return transformBody(response, outcome, options, reject);
  } catch (error) {
    const reason = ellipsize(String(error).replace(/\s+/g, " "), maxReasonLength);
    const issue = createIssue(
      "",
      `cannot be transformed because of an internal error (${reason})`,
      outcome.body,
    );
    return { kind: "rejection", rejection: reject([issue]) };
  }
}

function transformBody(
  { plantId, receivedAt }: PlantResponse,
  { status, body, cut }: ReceivedResponse,
  options: TransformOptions,
  reject: (issues: readonly ValidationIssue[], readingRejected?: boolean) => Rejection,
): TransformedResponse {
  if (cut) {
    const issue = createIssue(
      "",
      `is longer than ${Buffer.byteLength(body)} bytes, the limit of a response`,
      body,
    );
    return { kind: "rejection", rejection: reject([issue]) };
  }
  const json = parseJson(body);
  if ("issue" in json) return { kind: "rejection", rejection: reject([json.issue]) };

  const kind = classifyApiError(json.value);
  if (kind !== null) return { kind: "notice", notice: { plantId, kind, noticedAt: receivedAt } };
  if (status !== 200) {
    const issue = createIssue("", `has HTTP status ${status} and is not an error of the API`, json.value);
    return { kind: "rejection", rejection: reject([issue]) };
  }

  const measurements = parseMeasurements(plantId, json.value, options);
  if ("issues" in measurements) return { kind: "rejection", rejection: reject(measurements.issues) };

  const details = parseDetails(measurements.body, options);
  const issues = [...details.issues, ...repeatedKeys(body).map(repeatedKeyIssue)];
  const measured = {
    temperature: measurements.temperature,
    soilMoisture: measurements.soilMoisture,
    recordingTaken: measurements.recordingTaken,
    lastWatered: details.lastWatered,
    receivedAt: Date.parse(receivedAt),
  };
  return {
    kind: "reading",
    reading: {
      plantId,
      recordingTaken: formatTimestamp(measured.recordingTaken),
      soilMoisture: measured.soilMoisture,
      temperature: measured.temperature,
      lastWatered: details.lastWatered === null ? null : formatTimestamp(details.lastWatered),
      qualityFlag: flagQuality(measured, options),
    },
    plant: { plantId, ...details.plant, observedAt: receivedAt },
    rejection: issues.length === 0 ? null : reject(issues, false),
    ...findUnknownKeys(measurements.body),
  };
}

/** Contains the key but not its values, which can differ every minute: issues identify a rejection of details. */
function repeatedKeyIssue(path: string): ValidationIssue {
  return createIssue(path, "occurs more than once in the response; the last value is used", path);
}

type JsonObject = Readonly<Record<string, unknown>>;

function parseJson(body: string): { value: unknown } | { issue: ValidationIssue } {
  try {
    return { value: JSON.parse(body) as unknown };
  } catch {
    return { issue: createIssue("", body === "" ? "is empty" : "is not JSON", body) };
  }
}

function parseMeasurements(plantId: number, value: unknown, options: TransformOptions) {
  const result = readingSchema.safeParse(value);
  if (!result.success) return { issues: schemaIssues(result.error.issues, "", value) };
  const { plant_id, recording_taken, temperature, soil_moisture } = result.data;

  const issues: ValidationIssue[] = [];
  if (plant_id !== plantId)
    issues.push(createIssue("plant_id", `is not ${plantId}, the requested plant`, plant_id));
  const recordingTaken = parseTimestamp(recording_taken, options.defaultUtcOffsetMinutes);
  if (recordingTaken === null)
    issues.push(createIssue("recording_taken", "is not a time in a form of the API", recording_taken));
  if (issues.length > 0 || recordingTaken === null) return { issues };
  return { body: value as JsonObject, recordingTaken, temperature, soilMoisture: soil_moisture };
}

/** Unknown keys that are listed per response. */
const maxUnknownKeys = 20;
/** UTF-16 code units; longer keys are cut. */
const maxKeyLength = 80;

function findUnknownKeys(body: JsonObject): { unknownKeys: string[]; unknownKeysOmitted: number } {
  const unknownKeys: string[] = [];
  let unknownKeysOmitted = 0;
  for (const [path, known] of knownKeys) {
    const object = path === "" ? body : body[path];
    if (typeof object !== "object" || object === null || Array.isArray(object)) continue;
    for (const key of Object.keys(object)) {
      if (known.has(key)) continue;
      if (unknownKeys.length === maxUnknownKeys) unknownKeysOmitted++;
      else unknownKeys.push(ellipsize(path === "" ? key : `${path}.${key}`, maxKeyLength));
    }
  }
  return { unknownKeys, unknownKeysOmitted };
}

import type { Plant } from "@lmnh/plant-schema";
import { classifyApiError } from "../api-error.js";
import type { Notice, Reading, Rejection } from "../batch.js";
import { shorten } from "../cut-text.js";
import type { FailedRequest, PlantResponse, ReceivedResponse } from "../response.js";
import { createIssue, type ValidationIssue } from "../validation-issue.js";
import { buildRejection } from "./build-rejection.js";
import { flagQuality } from "./flag-quality.js";
import { parseDetails } from "./parse-details.js";
import { formatTimestamp, parseTimestamp } from "./parse-timestamp.js";
import { repeatedKeys } from "./repeated-keys.js";
import { knownKeys, readingSchema } from "./response-schema.js";
import { schemaIssues } from "./schema-issues.js";
import type { TransformOptions } from "./transform-options.js";

/** What one answer means: exactly one of reading, notice, rejection, failure. */
export type TransformedResponse =
  | {
      readonly kind: "reading";
      readonly reading: Reading;
      readonly plant: Plant;
      /** Details that were refused while the reading was not. */
      readonly rejection: Rejection | null;
      /** Keys that no era knows: the first 20, each cut at 80 characters. */
      readonly unknownKeys: readonly string[];
      /** How many more of them the answer has. */
      readonly unknownKeysOmitted: number;
    }
  | { readonly kind: "notice"; readonly notice: Notice }
  | { readonly kind: "rejection"; readonly rejection: Rejection }
  | { readonly kind: "failure"; readonly plantId: number; readonly failure: FailedRequest };

/** Of a decoder, a recording or an error; UTF-16 code units. */
const longestReason = 200;

/**
 * Reads one answer. Pure, and throws for no answer whatever: an answer that an error of this program keeps from being
 * read is a rejection that says so and costs no other answer.
 */
export function transformResponse(response: PlantResponse, settings: TransformOptions): TransformedResponse {
  const { plantId, outcome } = response;
  if (outcome.kind === "failed") return { kind: "failure", plantId, failure: outcome };
  const reject = (issues: readonly ValidationIssue[], readingRejected = true) =>
    buildRejection(response, outcome, issues, readingRejected);
  if (outcome.kind === "undecodable") {
    const issue = createIssue("", shorten(outcome.problem, longestReason), outcome.bodyBase64);
    return { kind: "rejection", rejection: reject([issue]) };
  }
  try {
    return interpretBody(response, outcome, settings, reject);
  } catch (error) {
    const reason = shorten(String(error).replace(/\s+/g, " "), longestReason);
    const issue = createIssue(
      "",
      `cannot be read because of an error in this program (${reason})`,
      outcome.body,
    );
    return { kind: "rejection", rejection: reject([issue]) };
  }
}

function interpretBody(
  { plantId, receivedAt }: PlantResponse,
  { status, body, cut }: ReceivedResponse,
  settings: TransformOptions,
  reject: (issues: readonly ValidationIssue[], readingRejected?: boolean) => Rejection,
): TransformedResponse {
  if (cut) {
    const issue = createIssue(
      "",
      `is longer than the ${Buffer.byteLength(body)} bytes an answer may have`,
      body,
    );
    return { kind: "rejection", rejection: reject([issue]) };
  }
  const json = parseJson(body);
  if ("issue" in json) return { kind: "rejection", rejection: reject([json.issue]) };

  const kind = classifyApiError(json.value);
  if (kind !== null) return { kind: "notice", notice: { plantId, kind, noticedAt: receivedAt } };
  if (status !== 200) {
    const issue = createIssue(
      "",
      `came with status ${status} and is no error that the contract knows`,
      json.value,
    );
    return { kind: "rejection", rejection: reject([issue]) };
  }

  const essential = readEssential(plantId, json.value, settings);
  if ("issues" in essential) return { kind: "rejection", rejection: reject(essential.issues) };

  const said = essential.said;
  const details = parseDetails(said, settings);
  const issues = [...details.issues, ...repeatedKeys(body).map(repeatedKeyIssue)];
  const measured = {
    temperature: essential.temperature,
    soilMoisture: essential.soilMoisture,
    recordingTaken: essential.recordingTaken,
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
      qualityFlag: flagQuality(measured, settings),
    },
    plant: { plantId, ...details.plant, observedAt: receivedAt },
    rejection: issues.length === 0 ? null : reject(issues, false),
    ...findUnknownKeys(said),
  };
}

/** Of the key and not of its values, which may differ every minute: a rejection of details is known by its issues. */
function repeatedKeyIssue(path: string): ValidationIssue {
  return createIssue(path, "is in the answer more than once; the last value counts", path);
}

type JsonObject = Readonly<Record<string, unknown>>;

function parseJson(body: string): { value: unknown } | { issue: ValidationIssue } {
  try {
    return { value: JSON.parse(body) as unknown };
  } catch {
    return { issue: createIssue("", body === "" ? "is empty" : "is not JSON", body) };
  }
}

function readEssential(plantId: number, value: unknown, settings: TransformOptions) {
  const result = readingSchema.safeParse(value);
  if (!result.success) return { issues: schemaIssues(result.error.issues, "", value) };
  const { plant_id, recording_taken, temperature, soil_moisture } = result.data;

  const issues: ValidationIssue[] = [];
  if (plant_id !== plantId)
    issues.push(createIssue("plant_id", `is not ${plantId}, which was asked for`, plant_id));
  const recordingTaken = parseTimestamp(recording_taken, settings.defaultUtcOffsetMinutes);
  if (recordingTaken === null)
    issues.push(
      createIssue("recording_taken", "is no time in any form that the API has used", recording_taken),
    );
  if (issues.length > 0 || recordingTaken === null) return { issues };
  return { said: value as JsonObject, recordingTaken, temperature, soilMoisture: soil_moisture };
}

/** Names of unknown keys that one answer gives. */
const maxUnknownKeys = 20;
/** UTF-16 code units; the rest of a name is cut. */
const longestKey = 80;

function findUnknownKeys(said: JsonObject): { unknownKeys: string[]; unknownKeysOmitted: number } {
  const unknownKeys: string[] = [];
  let unknownKeysOmitted = 0;
  for (const [path, known] of knownKeys) {
    const object = path === "" ? said : said[path];
    if (typeof object !== "object" || object === null || Array.isArray(object)) continue;
    for (const key of Object.keys(object)) {
      if (known.has(key)) continue;
      if (unknownKeys.length === maxUnknownKeys) unknownKeysOmitted++;
      else unknownKeys.push(shorten(path === "" ? key : `${path}.${key}`, longestKey));
    }
  }
  return { unknownKeys, unknownKeysOmitted };
}

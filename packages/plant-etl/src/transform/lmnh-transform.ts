import { classifyApiError } from "../api-error.js";
import type { PartialOptions } from "../check-options.js";
import { ellipsize } from "../truncate.js";
import { createIssue, type ValidationIssue } from "../validation-issue.js";
import { flagQuality } from "./flag-quality.js";
import { parseDetails } from "./parse-details.js";
import { formatTimestamp, parseTimestamp } from "./parse-timestamp.js";
import { repeatedKeys } from "./repeated-keys.js";
import { knownKeys, readingSchema } from "./response-schema.js";
import { schemaIssues } from "./schema-issues.js";
import type { TextResponse, Transform, TransformResult } from "./transform.js";
import { checkTransformOptions, type TransformOptions } from "./transform-options.js";

/**
 * The transform of the museum's API, in all of its versions.
 *
 * @param options see `defaultTransformOptions`
 * @throws PlantEtlError `OPTION_INVALID`; the returned function never throws
 *
 * @example
 * ```ts
 * import { lmnhTransform } from "@lmnh/plant-etl";
 *
 * const transform = lmnhTransform({ defaultUtcOffsetMinutes: 60, temperatureRange: [5, 40] });
 * ```
 */
export function lmnhTransform(options?: PartialOptions<TransformOptions>): Transform {
  const checked = checkTransformOptions(options);
  return (response) => transformText(response, checked);
}

function transformText(
  { plantId, receivedAt, status, body }: TextResponse,
  options: TransformOptions,
): TransformResult {
  const json = parseJson(body);
  if ("issue" in json) return { kind: "rejection", issues: [json.issue] };

  const notice = classifyApiError(json.value);
  if (notice !== null) return { kind: "notice", notice };
  if (status !== 200) {
    const issue = createIssue("", `has HTTP status ${status} and is not an error of the API`, json.value);
    return { kind: "rejection", issues: [issue] };
  }

  const measurements = parseMeasurements(plantId, json.value, options);
  if ("issues" in measurements) return { kind: "rejection", issues: measurements.issues };

  const { lastWatered, plant, issues } = parseDetails(measurements.body, options);
  const { temperature, soilMoisture, recordingTaken } = measurements;
  const isMissing = (measurements.body.last_watered ?? null) === null;
  const measured = {
    temperature,
    soilMoisture,
    recordingTaken,
    lastWatered: isMissing && !options.flagMissingWatering ? undefined : lastWatered,
    receivedAt: Date.parse(receivedAt),
  };
  return {
    kind: "reading",
    reading: {
      plantId,
      recordingTaken: formatTimestamp(recordingTaken),
      soilMoisture,
      temperature,
      lastWatered: lastWatered === null ? null : formatTimestamp(lastWatered),
      qualityFlag: flagQuality(measured, options),
    },
    plant,
    issues: [...issues, ...repeatedKeys(body).map(repeatedKeyIssue)],
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

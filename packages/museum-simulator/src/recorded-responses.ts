import { type ApiVersion, apiVersions } from "./api-version.js";
import { SimulatorError } from "./errors.js";
import type { Payload } from "./payload.js";

/**
 * Parses a file of recorded responses, one `{"apiVersion", "source", "payload"}` per line, into the payloads of one API
 * version by plant id, for the option `responses`. Empty lines are skipped. Throws `SimulatorError` with code
 * `RESPONSES_INVALID`, which names every invalid line of any version, and every plant that the version has twice.
 */
export function parseRecordedResponses(ndjsonText: string, apiVersion: ApiVersion): Map<number, Payload> {
  const responses = new Map<number, Payload>();
  const problems: string[] = [];
  for (const [index, line] of ndjsonText.split("\n").entries()) {
    if (line.trim() === "") continue;
    const recorded = parseRecordedResponse(line);
    if (typeof recorded === "string") problems.push(`line ${index + 1}: ${recorded}`);
    else if (recorded.apiVersion === apiVersion) {
      if (responses.has(recorded.plantId))
        problems.push(
          `line ${index + 1}: plant ${recorded.plantId} of API version ${apiVersion} occurs in an earlier line`,
        );
      else responses.set(recorded.plantId, recorded.payload);
    }
  }
  if (problems.length > 0) throw new SimulatorError("RESPONSES_INVALID", problems.join("\n"));
  return responses;
}

/** The recorded response, or the problem of the line. */
function parseRecordedResponse(
  line: string,
): { apiVersion: ApiVersion; plantId: number; payload: Payload } | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return "is not JSON";
  }
  if (!isObject(value)) return "is not an object";
  const apiVersion = apiVersions.find((known) => known === value.apiVersion);
  if (apiVersion === undefined) return `apiVersion must be one of ${apiVersions.join(", ")}`;
  if (!isObject(value.payload)) return "payload must be an object";
  const plantId = value.payload.plant_id;
  if (typeof plantId !== "number" || !Number.isSafeInteger(plantId))
    return "payload.plant_id must be a whole number";
  return { apiVersion, plantId, payload: value.payload };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

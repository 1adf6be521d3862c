import { type Era, eras } from "./era.js";
import { SimulatorError } from "./errors.js";
import type { Payload } from "./payload.js";

/**
 * Reads a file of captured answers, one `{"era", "source", "payload"}` a line, into the payloads of one era by plant
 * id, for the option `answers`. Empty lines are skipped. Throws `SimulatorError` with code `CAPTURE_INVALID`, which
 * names every line that is not a capture, of any era, and every plant that the era has twice.
 */
export function captureAnswers(ndjsonText: string, era: Era): Map<number, Payload> {
  const answers = new Map<number, Payload>();
  const problems: string[] = [];
  for (const [index, line] of ndjsonText.split("\n").entries()) {
    if (line.trim() === "") continue;
    const capture = readCapture(line);
    if (typeof capture === "string") problems.push(`line ${index + 1}: ${capture}`);
    else if (capture.era === era) {
      if (answers.has(capture.plantId))
        problems.push(
          `line ${index + 1}: plant ${capture.plantId} of era ${era} stands in an earlier line already`,
        );
      else answers.set(capture.plantId, capture.payload);
    }
  }
  if (problems.length > 0) throw new SimulatorError("CAPTURE_INVALID", problems.join("\n"));
  return answers;
}

/** The capture, or what is wrong with the line. */
function readCapture(line: string): { era: Era; plantId: number; payload: Payload } | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return "is not JSON";
  }
  if (!isObject(value)) return "is not an object";
  const era = eras.find((known) => known === value.era);
  if (era === undefined) return `era must be one of ${eras.join(", ")}`;
  if (!isObject(value.payload)) return "payload must be an object";
  const plantId = value.payload.plant_id;
  if (typeof plantId !== "number" || !Number.isSafeInteger(plantId))
    return "payload.plant_id must be a whole number";
  return { era, plantId, payload: value.payload };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

import type { BaseReading } from "../batch.js";
import { createIssue, type ValidationIssue } from "../validation-issue.js";
import { isInt32 } from "./is-int32.js";
import { isTimestamp } from "./is-timestamp.js";

/**
 * The values of a reading that no store can keep. They are a mistake of its transform, and must not cost the other readings
 * of their batch.
 */
export function checkReading(reading: BaseReading): ValidationIssue[] {
  const issues: ValidationIssue[] = [];
  const { plantId, recordingTaken, qualityFlag } = reading;
  if (!isInt32(plantId)) issues.push(createIssue("plantId", "is not a whole number of 32 bits", plantId));
  if (!isInt32(qualityFlag))
    issues.push(createIssue("qualityFlag", "is not a sum of quality flags", qualityFlag));
  if (!isTimestamp(recordingTaken))
    issues.push(
      createIssue("recordingTaken", "is not a time in ISO 8601, UTC, with milliseconds", recordingTaken),
    );
  for (const [field, value] of Object.entries(reading))
    if (typeof value === "number" && !Number.isFinite(value))
      issues.push(createIssue(field, "is not a finite number", value));
  return issues;
}

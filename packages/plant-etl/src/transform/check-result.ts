import type { BaseReading, NoticeKind } from "../batch.js";
import type { TransformResult } from "./transform.js";

const noticeKinds: Readonly<Record<NoticeKind, true>> = {
  not_found: true,
  on_loan: true,
  sensor_fault: true,
};
const textDetails = ["name", "scientificName", "imageUrl", "imageLicenseUrl", "thumbnailUrl"] as const;

/**
 * Checks the form of what a transform returned, which may be written in JavaScript: what a store cannot keep must not cost
 * the other responses of its batch. The values of its reading are checked by `checkReading`.
 *
 * @throws TypeError that names the place
 */
export function checkResult<R extends BaseReading>(result: TransformResult<R>): TransformResult<R> {
  const { kind } = result;
  if (kind === "notice") check(Object.hasOwn(noticeKinds, result.notice), "notice");
  else if (kind === "rejection") checkIssues(result.issues);
  else {
    check(kind === "reading", "kind");
    const { reading, plant, issues, unknownKeys = [], unknownKeysOmitted = 0 } = result;
    check(isObject(reading), "reading");
    if (plant !== undefined) checkDetails(plant);
    if (issues !== undefined) checkIssues(issues);
    check(Array.isArray(unknownKeys) && unknownKeys.every(isText), "unknownKeys");
    check(Number.isInteger(unknownKeysOmitted) && unknownKeysOmitted >= 0, "unknownKeysOmitted");
  }
  return result;
}

function checkIssues(issues: unknown): void {
  check(Array.isArray(issues), "issues");
  for (const issue of issues as unknown[])
    check(isObject(issue) && [issue.path, issue.message, issue.value].every(isText), "issues");
}

function checkDetails(plant: unknown): void {
  check(isObject(plant), "plant");
  for (const name of textDetails) check(isTextOrNone(plant[name]), `plant.${name}`);
  const { botanist, origin } = plant;
  if (isGiven(botanist))
    check(
      isObject(botanist) && [botanist.email, botanist.name, botanist.phone].every(isText),
      "plant.botanist",
    );
  if (isGiven(origin)) check(isObject(origin) && isOrigin(origin), "plant.origin");
}

function isOrigin({ city, latitude, longitude }: Record<string, unknown>): boolean {
  if (!isObject(city) || !isText(city.name) || !isObject(city.country)) return false;
  const { code, name } = city.country;
  return isText(name) && isTextOrNone(code) && [latitude, longitude].every(isNumberOrNone);
}

function check(holds: boolean, place: string): asserts holds {
  if (!holds) throw new TypeError(`the transform returned an invalid ${place}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isTextOrNone(value: unknown): boolean {
  return !isGiven(value) || typeof value === "string";
}

function isNumberOrNone(value: unknown): boolean {
  return !isGiven(value) || Number.isFinite(value);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

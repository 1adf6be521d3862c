import type { Botanist, Plant } from "@lmnh/plant-schema/model";
import { createIssue, type ValidationIssue } from "../validation-issue.js";
import { maxUrlLength, normalizeImageUrl, normalizePageUrl } from "./normalize-image-url.js";
import { normalizeName } from "./normalize-name.js";
import { normalizePhone } from "./normalize-phone.js";
import { parseOrigin } from "./parse-origin.js";
import { parseTimestamp } from "./parse-timestamp.js";
import { type Detail, type DetailName, detailSchemas } from "./response-schema.js";
import { schemaIssues } from "./schema-issues.js";
import type { TransformOptions } from "./transform-options.js";

/** The valid details of a response: everything but its measurements. */
export interface Details {
  readonly plant: Omit<Plant, "plantId" | "observedAt">;
  /** Milliseconds since the epoch. */
  readonly lastWatered: number | null;
  /** One for each invalid detail. */
  readonly issues: readonly ValidationIssue[];
}

/** Parses each detail by itself: an invalid one becomes an issue, the others stay. */
export function parseDetails(body: Readonly<Record<string, unknown>>, options: TransformOptions): Details {
  const issues: ValidationIssue[] = [];
  const read = <Name extends DetailName>(name: Name): Detail<Name> | null => {
    const value = body[name];
    if (value === undefined || value === null) return null;
    const result = detailSchemas[name].safeParse(value);
    if (result.success) return result.data as Detail<Name>;
    issues.push(...schemaIssues(result.error.issues, name, value));
    return null;
  };
  const readUrl = (
    path: string,
    text: string | null | undefined,
    parse: typeof normalizeImageUrl,
  ): string | null => {
    if (!text) return null;
    const url = parse(text);
    if (url !== undefined && (url?.length ?? 0) <= maxUrlLength) return url;
    issues.push(createIssue(path, `is not an http or https URL of at most ${maxUrlLength} characters`, text));
    return null;
  };
  const readTime = (name: "last_watered"): number | null => {
    const text = read(name);
    if (text === null) return null;
    const ms = parseTimestamp(text, options.defaultUtcOffsetMinutes);
    if (ms === null) issues.push(createIssue(name, "is not a time in a form of the API", text));
    return ms;
  };
  const readOrigin = () => {
    const value = read("origin_location");
    if (value === null) return null;
    const { origin, issues: found } = parseOrigin(value);
    issues.push(...found);
    return origin;
  };
  const readBotanist = (): Botanist | null => {
    const person = read("botanist");
    if (person === null) return null;
    const name = normalizeName(person.name);
    if (name !== null)
      return { email: person.email, name, phone: normalizePhone(person.phone, options.phoneRegion) };
    issues.push(createIssue("botanist.name", "is empty", person.name));
    return null;
  };

  const lastWatered = readTime("last_watered");
  const images = read("images");
  const imageUrl = readUrl("images.original_url", images?.original_url, normalizeImageUrl);
  const plant = {
    name: normalizeName(read("name") ?? ""),
    scientificName: normalizeName(read("scientific_name") ?? ""),
    imageUrl,
    // The licence of a placeholder is not that of the plant's picture.
    imageLicenseUrl:
      imageUrl === null ? null : readUrl("images.license_url", images?.license_url, normalizePageUrl),
    thumbnailUrl: readUrl("images.thumbnail", images?.thumbnail, normalizeImageUrl),
    botanist: readBotanist(),
    origin: readOrigin(),
  };
  return { plant, lastWatered, issues };
}

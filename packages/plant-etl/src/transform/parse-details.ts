import type { Botanist, Plant } from "@lmnh/plant-schema";
import { createIssue, type ValidationIssue } from "../validation-issue.js";
import { longestUrl, normalizeImageUrl, normalizePageUrl } from "./normalize-image-url.js";
import { normalizeName } from "./normalize-name.js";
import { normalizePhone } from "./normalize-phone.js";
import { parseOrigin } from "./parse-origin.js";
import { parseTimestamp } from "./parse-timestamp.js";
import { type Detail, type DetailName, detailSchemas } from "./response-schema.js";
import { schemaIssues } from "./schema-issues.js";
import type { TransformOptions } from "./transform-options.js";

/** What an answer says besides its measurements, as far as it can be read. */
export interface Details {
  readonly plant: Omit<Plant, "plantId" | "observedAt">;
  /** Milliseconds since the epoch. */
  readonly lastWatered: number | null;
  /** One for each detail that was refused. */
  readonly issues: readonly ValidationIssue[];
}

/** Reads each detail by itself: one that is broken is named and left out, the others stay. */
export function parseDetails(said: Readonly<Record<string, unknown>>, settings: TransformOptions): Details {
  const issues: ValidationIssue[] = [];
  const read = <Name extends DetailName>(name: Name): Detail<Name> | null => {
    const value = said[name];
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
    if (url !== undefined && (url?.length ?? 0) <= longestUrl) return url;
    issues.push(createIssue(path, `is no http or https URL of at most ${longestUrl} characters`, text));
    return null;
  };
  const readTime = (name: "last_watered"): number | null => {
    const text = read(name);
    if (text === null) return null;
    const ms = parseTimestamp(text, settings.defaultUtcOffsetMinutes);
    if (ms === null) issues.push(createIssue(name, "is no time in any form that the API has used", text));
    return ms;
  };
  const readPlace = () => {
    const slot = read("origin_location");
    if (slot === null) return null;
    const { origin, issues: found } = parseOrigin(slot);
    issues.push(...found);
    return origin;
  };
  const readPerson = (): Botanist | null => {
    const person = read("botanist");
    if (person === null) return null;
    const name = normalizeName(person.name);
    if (name !== null)
      return { email: person.email, name, phone: normalizePhone(person.phone, settings.phoneRegion) };
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
    // The licence of a placeholder says nothing of the plant's picture.
    imageLicenseUrl:
      imageUrl === null ? null : readUrl("images.license_url", images?.license_url, normalizePageUrl),
    thumbnailUrl: readUrl("images.thumbnail", images?.thumbnail, normalizeImageUrl),
    botanist: readPerson(),
    origin: readPlace(),
  };
  return { plant, lastWatered, issues };
}

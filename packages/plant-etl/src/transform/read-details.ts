import type { Botanist, Plant } from "@lmnh/plant-schema";
import { type Issue, makeIssue } from "../issue.js";
import { type Detail, type DetailName, detailContracts } from "./contract.js";
import { contractIssues } from "./contract-issues.js";
import { longestUrl, pageUrl, pictureUrl } from "./images.js";
import { tidyName } from "./names.js";
import { canonicalPhone } from "./phones.js";
import { readOrigin } from "./places.js";
import type { TransformSettings } from "./settings.js";
import { parseTimestamp } from "./timestamps.js";

/** What an answer says besides its measurements, as far as it can be read. */
export interface Details {
  readonly plant: Omit<Plant, "plantId" | "observedAt">;
  /** Milliseconds since the epoch. */
  readonly lastWatered: number | null;
  /** One for each detail that was refused. */
  readonly issues: readonly Issue[];
}

/** Reads each detail by itself: one that is broken is named and left out, the others stay. */
export function readDetails(said: Readonly<Record<string, unknown>>, settings: TransformSettings): Details {
  const issues: Issue[] = [];
  const read = <Name extends DetailName>(name: Name): Detail<Name> | null => {
    const value = said[name];
    if (value === undefined || value === null) return null;
    const result = detailContracts[name].safeParse(value);
    if (result.success) return result.data as Detail<Name>;
    issues.push(...contractIssues(result.error.issues, name, value));
    return null;
  };
  const readUrl = (
    path: string,
    text: string | null | undefined,
    parse: typeof pictureUrl,
  ): string | null => {
    if (!text) return null;
    const url = parse(text);
    if (url !== undefined && (url?.length ?? 0) <= longestUrl) return url;
    issues.push(makeIssue(path, `is no http or https URL of at most ${longestUrl} characters`, text));
    return null;
  };
  const readTime = (name: "last_watered"): number | null => {
    const text = read(name);
    if (text === null) return null;
    const ms = parseTimestamp(text, settings.assumedOffsetMinutes);
    if (ms === null) issues.push(makeIssue(name, "is no time in any form that the API has used", text));
    return ms;
  };
  const readPlace = () => {
    const place = read("origin_location");
    if (place === null) return null;
    const { origin, issues: found } = readOrigin(place);
    issues.push(...found);
    return origin;
  };
  const readPerson = (): Botanist | null => {
    const person = read("botanist");
    if (person === null) return null;
    const name = tidyName(person.name);
    if (name !== null)
      return { email: person.email, name, phone: canonicalPhone(person.phone, settings.phoneRegion) };
    issues.push(makeIssue("botanist.name", "is empty", person.name));
    return null;
  };

  const lastWatered = readTime("last_watered");
  const images = read("images");
  const imageUrl = readUrl("images.original_url", images?.original_url, pictureUrl);
  const plant = {
    name: tidyName(read("name") ?? ""),
    scientificName: tidyName(read("scientific_name") ?? ""),
    imageUrl,
    // The licence of a placeholder says nothing of the plant's picture.
    imageLicenseUrl: imageUrl === null ? null : readUrl("images.license_url", images?.license_url, pageUrl),
    thumbnailUrl: readUrl("images.thumbnail", images?.thumbnail, pictureUrl),
    botanist: readPerson(),
    origin: readPlace(),
  };
  return { plant, lastWatered, issues };
}

import * as z from "zod/mini";
import { versionSchemas } from "./api-versions.js";
import { maxTextLength, numeric, text } from "./field-schemas.js";
import { normalizeName } from "./normalize-name.js";

const maxUrlLength = 4000;

/** Every API version has returned lists of one name. */
const maxNames = 20;

/** The keys that a reading needs. Every API version has them. */
export const readingSchema = z.object(
  {
    plant_id: z.int("is not a whole number"),
    recording_taken: z.string("is not text"),
    temperature: numeric,
    soil_moisture: numeric,
  },
  "is not an object",
);

/**
 * The other keys, each with its own schema, so that an invalid phone number does not cost a reading. A key that is absent
 * or `null` has no value.
 */
export const detailSchemas = {
  name: text(),
  /** Of several names the first is used. */
  scientific_name: z.union(
    [
      z.pipe(
        z.pipe(z.array(z.unknown()).check(z.refine((names) => names.length <= maxNames)), z.array(text())),
        z.transform((names: string[]) => names[0] ?? ""),
      ),
      text(),
    ],
    `is neither text nor a list of at most ${maxNames} texts`,
  ),
  last_watered: z.string("is not text"),
  botanist: z.object(
    {
      name: text(),
      email: z
        .pipe(
          text(),
          z.transform((email: string) => (normalizeName(email) ?? "").toLowerCase()),
        )
        .check(
          // Not stricter: the museum has addresses with two dots in a row, or a dot before the @. Lower case can be longer.
          z.refine(
            (email) => email.length <= maxTextLength && /^[^@\s]+@[^@\s]+$/.test(email),
            "is not an e-mail address",
          ),
        ),
      phone: z.pipe(
        z.nullish(text()),
        z.transform((phone: string | null | undefined) => phone ?? ""),
      ),
    },
    "is not an object",
  ),
  origin_location: z.union(
    [...new Set(Object.values(versionSchemas).map(({ originLocation }) => originLocation))],
    "is neither [latitude, longitude, town, country code, …] nor { latitude, longitude, city, country }",
  ),
  images: z.object(
    {
      license_url: z.nullish(text(maxUrlLength)),
      original_url: z.nullish(text(maxUrlLength)),
      thumbnail: z.nullish(text(maxUrlLength)),
    },
    "is not an object",
  ),
} as const;

export type DetailName = keyof typeof detailSchemas;
export type Detail<Name extends DetailName> = z.output<(typeof detailSchemas)[Name]>;

/** The keys of all API versions, by the path of their object. */
export const knownKeys: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    "",
    new Set([
      ...Object.keys(readingSchema.shape),
      ...Object.keys(detailSchemas),
      ...Object.values(versionSchemas).flatMap(({ extraKeys }) => extraKeys),
    ]),
  ],
  ["botanist", new Set(["name", "email", "phone"])],
  ["origin_location", new Set(["latitude", "longitude", "city", "country"])],
  [
    "images",
    new Set([
      "license",
      "license_name",
      "license_url",
      "original_url",
      "regular_url",
      "medium_url",
      "small_url",
      "thumbnail",
    ]),
  ],
]);

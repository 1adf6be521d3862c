import { z } from "zod";

/**
 * The API's contract, all four eras in one: what a reading cannot do without, and each detail by itself, so that a bad
 * telephone number does not cost a reading. Keys that no era knows are ignored.
 */

const numeric = z
  .union(
    [
      z.number(),
      z
        .string()
        .regex(/^\s*-?\d+(?:\.\d+)?(?:e[+-]?\d+)?\s*$/i)
        .transform(Number),
    ],
    "is not a number",
  )
  .refine(Number.isFinite, "is not a finite number");

const coordinate = z.union([z.number(), z.string()], "is neither a number nor text");

const text = (longest: number) =>
  z.string("is not text").max(longest, `is longer than ${longest} characters`);

/** What makes a reading. */
export const readingContract = z.object(
  {
    plant_id: z.int("is not a whole number"),
    recording_taken: z.string("is not text"),
    temperature: numeric,
    soil_moisture: numeric,
  },
  "is not an object",
);

/** What else an answer says, key by key. Absent and `null` say nothing. */
export const detailContracts = {
  name: text(255),
  /** A list of one in every era so far; more names than one are joined by nobody, the first counts. */
  scientific_name: z.union(
    [z.array(text(255)).transform((names) => names[0] ?? ""), text(255)],
    "is neither text nor a list of texts",
  ),
  last_watered: z.string("is not text"),
  botanist: z.object(
    {
      name: text(255),
      email: text(255)
        .transform((email) => email.trim().toLowerCase())
        // Not stricter: real addresses here have two dots in a row, or one before the @.
        .refine((email) => /^[^@\s]+@[^@\s]+$/.test(email), "is no e-mail address"),
      phone: text(255)
        .nullish()
        .transform((phone) => phone ?? ""),
    },
    "is not an object",
  ),
  origin_location: z.union(
    [
      z
        .tuple([coordinate, coordinate, text(255), text(255)], z.unknown())
        .transform(([latitude, longitude, city, country]) => ({ latitude, longitude, city, country })),
      z.object({ latitude: coordinate, longitude: coordinate, city: text(255), country: text(255) }),
    ],
    "is neither [latitude, longitude, town, country code, …] nor { latitude, longitude, city, country }",
  ),
  images: z.object(
    {
      license_url: text(1000).nullish(),
      original_url: text(4000).nullish(),
      thumbnail: text(4000).nullish(),
    },
    "is not an object",
  ),
} as const;

export type DetailName = keyof typeof detailContracts;
export type Detail<Name extends DetailName> = z.output<(typeof detailContracts)[Name]>;

/** Every key of every era, by the path of the object that it stands in. */
export const knownKeys: Readonly<Record<string, ReadonlySet<string>>> = {
  "": new Set([...Object.keys(readingContract.shape), ...Object.keys(detailContracts), "cycle", "sunlight"]),
  botanist: new Set(["name", "email", "phone"]),
  origin_location: new Set(["latitude", "longitude", "city", "country"]),
  images: new Set([
    "license",
    "license_name",
    "license_url",
    "original_url",
    "regular_url",
    "medium_url",
    "small_url",
    "thumbnail",
  ]),
};

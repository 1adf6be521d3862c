import { z } from "zod";
import { normalizeName } from "./normalize-name.js";

/**
 * The API's contract, all four eras in one: what a reading cannot do without, and each detail by itself, so that a bad
 * telephone number does not cost a reading. Keys that no era knows are ignored.
 *
 * Lengths are not checked by zod's `max`: it runs on anything that has a `length`, also of another type, and throws where
 * that is an object without a primitive value.
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
    { error: ({ input }) => (typeof input === "number" ? "is not a finite number" : "is not a number") },
  )
  .refine(Number.isFinite, "is not a finite number")
  // Minus zero is zero: no database keeps its sign.
  .transform((value) => value + 0);

const coordinate = z.union([z.number(), z.string()], "is neither a number nor text");

/** UTF-16 code units, as in the columns of SQL Server. */
const longestText = 255;
const longestUrl = 4000;

const text = (longest = longestText) =>
  z.string("is not text").check(({ value, issues }) => {
    if (value.length > longest)
      issues.push({ code: "custom", input: value, message: `is longer than ${longest} characters` });
    else if (!value.isWellFormed())
      issues.push({
        code: "custom",
        input: value,
        message: "has half of a surrogate pair, which is no character and cannot be stored",
      });
  });

/** A list has had one name in every era. */
const maxNames = 20;

/** What makes a reading. */
export const readingSchema = z.object(
  {
    plant_id: z.int("is not a whole number"),
    recording_taken: z.string("is not text"),
    temperature: numeric,
    soil_moisture: numeric,
  },
  "is not an object",
);

/** What else an answer says, key by key. Absent and `null` say nothing. */
export const detailSchemas = {
  name: text(),
  /** A list of one in every era so far; more names than one are joined by nobody, the first counts. */
  scientific_name: z.union(
    [
      z
        .array(z.unknown())
        .refine((names) => names.length <= maxNames)
        .pipe(z.array(text()))
        .transform((names) => names[0] ?? ""),
      text(),
    ],
    `is neither text nor a list of at most ${maxNames} texts`,
  ),
  last_watered: z.string("is not text"),
  botanist: z.object(
    {
      name: text(),
      email: text()
        .transform((email) => (normalizeName(email) ?? "").toLowerCase())
        // Not stricter: real addresses here have two dots in a row, or one before the @. A lower-case letter can be longer.
        .refine(
          (email) => email.length <= longestText && /^[^@\s]+@[^@\s]+$/.test(email),
          "is no e-mail address",
        ),
      phone: text()
        .nullish()
        .transform((phone) => phone ?? ""),
    },
    "is not an object",
  ),
  origin_location: z.union(
    [
      z
        .tuple([coordinate, coordinate, text(), text()], z.unknown())
        .transform(([latitude, longitude, city, country]) => ({ latitude, longitude, city, country })),
      z.object({ latitude: coordinate, longitude: coordinate, city: text(), country: text() }),
    ],
    "is neither [latitude, longitude, town, country code, …] nor { latitude, longitude, city, country }",
  ),
  images: z.object(
    {
      license_url: text(longestUrl).nullish(),
      original_url: text(longestUrl).nullish(),
      thumbnail: text(longestUrl).nullish(),
    },
    "is not an object",
  ),
} as const;

export type DetailName = keyof typeof detailSchemas;
export type Detail<Name extends DetailName> = z.output<(typeof detailSchemas)[Name]>;

/** Every key of every era, by the path of the object that it stands in. */
export const knownKeys: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["", new Set([...Object.keys(readingSchema.shape), ...Object.keys(detailSchemas), "cycle", "sunlight"])],
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

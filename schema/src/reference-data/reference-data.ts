/**
 * The plants, their botanists and their origins. Each row has a natural key; the ids of the database are not part of the
 * data.
 */

/** Key: `email` (lower case). `phone` is `""` if it is not known. */
export interface Botanist {
  /** E-mail address in lower case. */
  readonly email: string;
  /** Full name. */
  readonly name: string;
  /** Telephone number as text, in any notation; `""` if it is not known. */
  readonly phone: string;
  /** When the values were observed. By default, when the plant was that refers to the botanist. */
  readonly observedAt?: string | undefined;
}

/** Key: `code` (ISO 3166-1 alpha-2), or `name` if the code is `null`. */
export interface Country {
  /** Two capital letters, ISO 3166-1 alpha-2, such as `GB`; `null` if not known. */
  readonly code: string | null;
  /** Name, unique among the countries of a database. */
  readonly name: string;
}

/** Key: name and country. */
export interface City {
  /** Name, unique within the country. */
  readonly name: string;
  /** The country that the city is in. */
  readonly country: Country;
}

/** Where a plant comes from. Latitude −90…90 and longitude −180…180, in degrees, or `null` if not known. */
export interface Origin {
  /** The city that the API or the seed names. */
  readonly city: City;
  /** Degrees, −90 to 90, positive in the north; `null` if not known. */
  readonly latitude: number | null;
  /** Degrees, −180 to 180, positive in the east; `null` if not known. */
  readonly longitude: number | null;
}

/** Key: `plantId`, which the API assigns. `null` means that a value is not known; it never deletes a stored one. */
export interface Plant {
  /** A whole number, which the API assigns. */
  readonly plantId: number;
  /** Common name. */
  readonly name: string | null;
  /** Botanical name. */
  readonly scientificName: string | null;
  /** Address of the full-size image, which may be a presigned link. */
  readonly imageUrl: string | null;
  /** Address of the licence of the image. */
  readonly imageLicenseUrl: string | null;
  /** Address of a small version of the image, which may be a presigned link. */
  readonly thumbnailUrl: string | null;
  /** Who looks after the plant. */
  readonly botanist: Botanist | null;
  /** Where the plant comes from. */
  readonly origin: Origin | null;
  /** When the values were observed: ISO 8601, UTC, milliseconds. An older observation never overwrites a newer one. */
  readonly observedAt: string;
}

/** The lists, and the plants, which may refer to rows that are not in the lists. */
export interface ReferenceData {
  /** Botanists, also those without a plant. */
  readonly botanists: readonly Botanist[];
  /** Countries, also those without a city. */
  readonly countries: readonly Country[];
  /** Cities, also those without an origin. */
  readonly cities: readonly City[];
  /** Origins, also those without a plant. */
  readonly origins: readonly Origin[];
  /** Plants with their botanists and origins; of one plant there may be several observations. */
  readonly plants: readonly Plant[];
}

/**
 * The plants, their botanists and their origins. Each row has a natural key; the ids of the database are not part of the
 * data.
 */

/** Key: `email` (lower case). `phone` is `""` if it is not known. */
export interface Botanist {
  readonly email: string;
  readonly name: string;
  readonly phone: string;
  /** When the values were observed. By default, when the plant was that refers to the botanist. */
  readonly observedAt?: string | undefined;
}

/** Key: `code` (ISO 3166-1 alpha-2), or `name` if the code is `null`. */
export interface Country {
  readonly code: string | null;
  readonly name: string;
}

/** Key: name and country. */
export interface City {
  readonly name: string;
  readonly country: Country;
}

/** Where a plant comes from. Latitude −90…90 and longitude −180…180, in degrees, or `null` if not known. */
export interface Origin {
  readonly city: City;
  readonly latitude: number | null;
  readonly longitude: number | null;
}

/** Key: `plantId`, which the API assigns. `null` means that a value is not known; it never deletes a stored one. */
export interface Plant {
  readonly plantId: number;
  readonly name: string | null;
  readonly scientificName: string | null;
  readonly imageUrl: string | null;
  readonly imageLicenseUrl: string | null;
  readonly thumbnailUrl: string | null;
  readonly botanist: Botanist | null;
  readonly origin: Origin | null;
  /** When the values were observed: ISO 8601, UTC, milliseconds. An older observation never overwrites a newer one. */
  readonly observedAt: string;
}

/** The lists, and the plants, which may refer to rows that are not in the lists. */
export interface ReferenceData {
  readonly botanists: readonly Botanist[];
  readonly countries: readonly Country[];
  readonly cities: readonly City[];
  readonly origins: readonly Origin[];
  readonly plants: readonly Plant[];
}

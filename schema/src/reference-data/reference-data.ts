/**
 * What does not change from minute to minute: the plants, who looks after them, and where they come from.
 * Each row is named by its natural key; the database's own numbers stay inside the database.
 */

/** A botanist, known by e-mail address (lower case). `phone` is `""` where none is known. */
export interface Botanist {
  readonly email: string;
  readonly name: string;
  readonly phone: string;
  /** When this was said; without it, a botanist was said when the plant was that mentions it, or never observed. */
  readonly observedAt?: string;
}

/** A country, known by its ISO 3166-1 alpha-2 code, or by its name where the code is `null`. */
export interface Country {
  readonly code: string | null;
  readonly name: string;
}

/** A city, known by its name and country. */
export interface City {
  readonly name: string;
  readonly country: Country;
}

/** Where a plant comes from. Latitude −90…90 and longitude −180…180, in degrees, or `null` where not known. */
export interface Origin {
  readonly city: City;
  readonly latitude: number | null;
  readonly longitude: number | null;
}

/** A plant, known by the API's number for it. `null` means that nothing is known, never that something was taken away. */
export interface Plant {
  readonly plantId: number;
  readonly name: string | null;
  readonly scientificName: string | null;
  readonly imageUrl: string | null;
  readonly imageLicenseUrl: string | null;
  readonly thumbnailUrl: string | null;
  readonly botanist: Botanist | null;
  readonly origin: Origin | null;
  /** When this was said: ISO 8601, UTC, milliseconds. An older saying never overwrites a newer one. */
  readonly observedAt: string;
}

/** A set of reference data: lists that stand for themselves, and plants that may mention further rows. */
export interface ReferenceData {
  readonly botanists: readonly Botanist[];
  readonly countries: readonly Country[];
  readonly cities: readonly City[];
  readonly origins: readonly Origin[];
  readonly plants: readonly Plant[];
}

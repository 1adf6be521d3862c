import * as z from "zod/mini";
import { coordinate, text } from "./field-schemas.js";

/** The versions of the API. A response does not name its version, so every form of every version is accepted. */
export const apiVersions = ["v0", "v1", "v2", "v3"] as const;

export type ApiVersion = (typeof apiVersions)[number];

/** What a version of the API has of its own. */
export interface VersionSchema {
  readonly originLocation: typeof originList | typeof originObject;
  /** Top-level keys beside those of `response-schema.ts`. Their values are ignored. */
  readonly extraKeys: readonly string[];
}

const originList = z.pipe(
  z.tuple([coordinate, coordinate, text(), text()], z.unknown()),
  z.transform(([latitude, longitude, city, country]) => ({ latitude, longitude, city, country })),
);

const originObject = z.object({ latitude: coordinate, longitude: coordinate, city: text(), country: text() });

export const versionSchemas: Readonly<Record<ApiVersion, VersionSchema>> = {
  v0: { originLocation: originList, extraKeys: ["cycle", "sunlight"] },
  v1: { originLocation: originList, extraKeys: [] },
  v2: { originLocation: originObject, extraKeys: [] },
  v3: { originLocation: originObject, extraKeys: [] },
};

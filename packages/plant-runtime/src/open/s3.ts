import type { ObjectStore } from "@lmnh/plant-archive";
import { openS3ObjectStore, parseS3Url, type S3RequestLimits } from "@lmnh/plant-archive/s3";
import type { ResolvedArchive } from "../resolve-archive.js";

type S3Archive = Pick<Extract<ResolvedArchive, { readonly kind: "s3" }>, "url">;

/**
 * Checks the URL of an archive on S3 without a request.
 *
 * @throws PlantArchiveError `URL_INVALID`
 */
export function checkS3Archive({ url }: S3Archive): void {
  parseS3Url(url);
}

/** Opens an archive on S3. An entry of its own, so that a bundle without it has no S3 client. */
export async function openS3Archive({ url }: S3Archive, limits: S3RequestLimits = {}): Promise<ObjectStore> {
  return await openS3ObjectStore(url, limits);
}

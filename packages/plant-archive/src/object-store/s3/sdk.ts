import { reasonOf } from "@lmnh/plant-schema/internal";
import { PlantArchiveError } from "../../errors.js";

export type S3Sdk = typeof import("@aws-sdk/client-s3") &
  Pick<typeof import("@aws-sdk/lib-storage"), "Upload">;

let loaded: Promise<S3Sdk> | undefined;

/** Loads the SDK at its first use: archives in folders do not need it. */
export function loadS3Sdk(): Promise<S3Sdk> {
  loaded ??= importSdk();
  return loaded;
}

async function importSdk(): Promise<S3Sdk> {
  try {
    const [client, { Upload }] = await Promise.all([
      import("@aws-sdk/client-s3"),
      import("@aws-sdk/lib-storage"),
    ]);
    return { ...client, Upload };
  } catch (cause) {
    throw new PlantArchiveError(
      "DRIVER_MISSING",
      "abort",
      `S3 needs AWS's SDK, which could not be loaded (${reasonOf(cause)}). Run: npm install @aws-sdk/client-s3 @aws-sdk/lib-storage`,
      { cause },
    );
  }
}

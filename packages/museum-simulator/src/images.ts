import { hash } from "./hash.js";
import type { SimulatedPlant } from "./roster.js";
import type { VersionSpec } from "./versions/version-spec.js";

const licences: Readonly<Record<string, { license: number; license_name: string }>> = {
  "https://creativecommons.org/licenses/by-sa/3.0/deed.en": {
    license: 45,
    license_name: "Attribution-ShareAlike 3.0 Unported (CC BY-SA 3.0)",
  },
  "https://creativecommons.org/licenses/by/2.0/": { license: 4, license_name: "Attribution License" },
  "https://creativecommons.org/publicdomain/zero/1.0/": {
    license: 6,
    license_name: "CC0 1.0 Universal (CC0 1.0) Public Domain Dedication",
  },
};
const placeholderUrl = "https://perenual.com/storage/image/upgrade_access.jpg";
const placeholderLicence = {
  license: 451,
  license_name: "CC0 1.0 Universal (CC0 1.0) Public Domain Dedication",
  license_url: "https://creativecommons.org/publicdomain/zero/1.0/",
};

/**
 * The value of `images`: absent (`undefined`) without a scientific name, `null` for plant 45, and a placeholder under
 * licence 451 for a plant that has a scientific name but no picture.
 */
export function imagesOf(
  { signsImageUrls }: Pick<VersionSpec, "signsImageUrls">,
  plant: SimulatedPlant,
  instantMs: number,
  drawKey: readonly number[],
): Record<string, unknown> | null | undefined {
  const { imageUrl, imageLicenseUrl } = plant;
  const signature = signsImageUrls ? presignature(instantMs, drawKey) : "";
  const sign = (url: string) => url + signature;
  if (imageUrl === null) {
    if (plant.scientificName === null) return undefined;
    if (plant.plantId === 45) return null;
    const url = sign(placeholderUrl);
    return { ...placeholderLicence, ...sizes(() => url), thumbnail: url };
  }
  return {
    ...(licences[imageLicenseUrl ?? ""] ?? { license: 0, license_name: "Unknown" }),
    license_url: imageLicenseUrl ?? "",
    ...sizes((size) => sign(imageUrl.replace("/original.", `/${size}.`))),
    thumbnail: sign(plant.thumbnailUrl ?? imageUrl),
  };
}

function sizes(urlOf: (size: string) => string): Record<string, string> {
  const names = ["original", "regular", "medium", "small"];
  return Object.fromEntries(names.map((size) => [`${size}_url`, urlOf(size)]));
}

/** The query string of a presigned S3 URL that expires after an hour, with an invented signature. */
function presignature(instantMs: number, drawKey: readonly number[]): string {
  const date = `${new Date(instantMs).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
  const signature = Array.from({ length: 8 }, (_, part) => hash("signature", ...drawKey, part))
    .map((word) => word.toString(16).padStart(8, "0"))
    .join("");
  const query = [
    "X-Amz-Content-Sha256=UNSIGNED-PAYLOAD",
    "X-Amz-Algorithm=AWS4-HMAC-SHA256",
    `X-Amz-Credential=SIMULATED%2F${date.slice(0, 8)}%2Fus-central-1%2Fs3%2Faws4_request`,
    `X-Amz-Date=${date}`,
    "X-Amz-SignedHeaders=host",
    "X-Amz-Expires=3600",
    `X-Amz-Signature=${signature}`,
  ];
  return `?${query.join("&")}`;
}

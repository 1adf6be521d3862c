import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ApiVersion, apiVersions } from "../src/api-version.js";
import { noAnomalies, type PayloadOptions, readingPayload, type SimulatedPlant } from "../src/index.js";

const plant: SimulatedPlant = {
  plantId: 8,
  name: "Bird of paradise",
  scientificName: "Strelitzia reginae",
  imageUrl: "https://example.org/plants/8/original.jpg",
  imageLicenseUrl: "https://creativecommons.org/licenses/by/2.0/",
  thumbnailUrl: "https://example.org/plants/8/thumbnail.jpg",
  botanist: { email: "dr..ada.fern@lnhm.co.uk", name: "Dr. Ada Fern", phone: "+1-305-555-0102x616" },
  origin: {
    city: { name: "Durban", country: { code: "ZA", name: "South Africa" } },
    latitude: -29.8579,
    longitude: 31.0292,
  },
};
/** 2026-01-26 16:00:01.250 UTC: after that day's watering. */
const instantMs = Date.UTC(2026, 0, 26, 16, 0, 1, 250);

/** The payload as a client parses it. */
function payloadOf(apiVersion: ApiVersion, changes: Partial<PayloadOptions> = {}): Record<string, unknown> {
  const payload = readingPayload({
    apiVersion,
    seed: 1,
    plant,
    instantMs,
    nth: 0,
    anomalies: noAnomalies,
    ...changes,
  });
  return JSON.parse(JSON.stringify(payload)) as Record<string, unknown>;
}

function phoneOf(apiVersion: ApiVersion, changes: Partial<PayloadOptions> = {}): string {
  return (payloadOf(apiVersion, changes).botanist as { phone: string }).phone;
}

function imagesOf(apiVersion: ApiVersion, changes: Partial<SimulatedPlant>, nth = 0): unknown {
  return payloadOf(apiVersion, { plant: { ...plant, ...changes }, nth }).images;
}

describe("readingPayload", () => {
  it.each(apiVersions)("has the keys and types of every API version, in %s", (apiVersion) => {
    expect(payloadOf(apiVersion)).toMatchObject({
      plant_id: 8,
      name: "Bird of paradise",
      scientific_name: ["Strelitzia reginae"],
      temperature: expect.any(Number),
      soil_moisture: expect.any(Number),
      botanist: { email: "dr..ada.fern@lnhm.co.uk", name: "Dr. Ada Fern", phone: expect.any(String) },
    });
  });

  it("has cycle and sunlight in v0 only", () => {
    expect(payloadOf("v0")).toMatchObject({ cycle: "Perennial", sunlight: ["Part shade"] });
    for (const apiVersion of apiVersions.filter((each) => each !== "v0")) {
      expect(payloadOf(apiVersion)).not.toHaveProperty("cycle");
      expect(payloadOf(apiVersion)).not.toHaveProperty("sunlight");
    }
  });

  it("has a place as five strings in v0 and v1, with numbers in v2, with numeric strings in v3", () => {
    const five = ["-29.8579", "31.0292", "Durban", "ZA", "Africa/Johannesburg"];
    const place = { city: "Durban", country: "South Africa" };
    expect(payloadOf("v0").origin_location).toEqual(five);
    expect(payloadOf("v1").origin_location).toEqual(five);
    expect(payloadOf("v2").origin_location).toEqual({ ...place, latitude: -29.8579, longitude: 31.0292 });
    expect(payloadOf("v3").origin_location).toEqual({ ...place, latitude: "-29.8579", longitude: "31.0292" });
  });

  it("has times in the format of the API version", () => {
    for (const apiVersion of ["v0", "v1"] as const) {
      expect(payloadOf(apiVersion).recording_taken).toBe("2026-01-26 16:00:01");
      expect(payloadOf(apiVersion).last_watered).toMatch(/^Mon, 26 Jan 2026 1[34]:\d\d:\d\d GMT$/);
    }
    expect(payloadOf("v2").recording_taken).toBe("2026-01-26T16:00:01.250Z");
    expect(payloadOf("v2").last_watered).toMatch(/^2026-01-26T1[34]:\d\d:\d\d\.000Z$/);
    expect(payloadOf("v3").recording_taken).toMatch(/^2026-01-26T16:00:01\.250\d{3}$/);
    expect(payloadOf("v3").last_watered).toMatch(/^2026-01-26T1[34]:\d\d:\d\d$/);
  });

  it("omits a fraction of zero in v3; any other fraction has six digits", () => {
    const fullReply = Date.UTC(2026, 0, 26, 16, 0, 1);
    const times = Array.from({ length: 5_000 }, (_, plantId) =>
      String(payloadOf("v3", { instantMs: fullReply, plant: { ...plant, plantId } }).recording_taken),
    );
    expect(times).toContain("2026-01-26T16:00:01");
    for (const time of times) expect(time).toMatch(/^2026-01-26T16:00:01(\.000\d{3})?$/);
    expect(times).not.toContain("2026-01-26T16:00:01.000000");
  });

  it("returns the same reading twice within a second in v0 and v1", () => {
    for (const apiVersion of ["v0", "v1"] as const) {
      const { recording_taken, temperature, soil_moisture } = payloadOf(apiVersion);
      const later = payloadOf(apiVersion, { instantMs: instantMs + 700, nth: 1 });
      expect(later).toMatchObject({ recording_taken, temperature, soil_moisture });
    }
  });

  it("omits unknown values instead of returning null", () => {
    const bare: SimulatedPlant = {
      plantId: 3,
      name: "Titan's lily",
      scientificName: null,
      imageUrl: null,
      imageLicenseUrl: null,
      thumbnailUrl: null,
      botanist: null,
      origin: null,
    };
    const keys = ["last_watered", "name", "plant_id", "recording_taken", "soil_moisture", "temperature"];
    for (const apiVersion of apiVersions)
      expect(Object.keys(payloadOf(apiVersion, { plant: bare })).sort()).toEqual(keys);
  });
});

describe("formatPhone", () => {
  it("returns another number per request in v0, always in the range reserved for fiction", () => {
    const phones = Array.from({ length: 50 }, (_, nth) => phoneOf("v0", { nth }));
    expect(new Set(phones).size).toBeGreaterThan(40);
    for (const phone of phones) expect(phone).toMatch(/305\D?555-?\.?01\d\d(x\d{3,5})?$/);
  });

  it.each(apiVersions.filter((each) => each !== "v0"))(
    "keeps the digits of any format in %s, and is deterministic",
    (apiVersion) => {
      const digits = fc.tuple(
        fc.integer({ min: 100, max: 999 }),
        fc.integer({ min: 0, max: 9_999_999 }),
        fc.nat(99_999),
      );
      const write = fc.constantFrom(
        (a: string, b: string, c: string, x: string) => `${a}.${b}.${c}${x}`,
        (a: string, b: string, c: string, x: string) => `+1-${a}-${b}-${c}${x}`,
        (a: string, b: string, c: string, x: string) => `001-${a}-${b}-${c}${x}`,
        (a: string, b: string, c: string, x: string) => `(${a}) ${b}-${c} ${x}`,
      );
      fc.assert(
        fc.property(digits, write, fc.nat(), ([area, rest, extension], format, nth) => {
          const seven = String(rest).padStart(7, "0");
          const x = extension === 0 ? "" : `x${extension}`;
          const written = format(String(area), seven.slice(0, 3), seven.slice(3), x);
          const botanist = { email: "a@lnhm.co.uk", name: "A", phone: written };
          const phone = phoneOf(apiVersion, { plant: { ...plant, botanist }, nth });
          expect(phone.replace(/^(\+1|001|1-)/, "").replace(/[^\dx]/g, "")).toBe(`${area}${seven}${x}`);
          expect(phoneOf(apiVersion, { plant: { ...plant, botanist }, nth: nth + 1 })).toBe(phone);
        }),
      );
    },
  );

  it("writes a space before the extension in v2 only", () => {
    expect(phoneOf("v1")).toMatch(/\dx616$/);
    expect(phoneOf("v2")).toMatch(/\d x616$/);
    expect(phoneOf("v3")).toMatch(/\dx616$/);
  });

  it("returns a number outside North America unchanged", () => {
    const botanist = { email: "a@lnhm.co.uk", name: "A", phone: "+44 20 7946 0018" };
    expect(phoneOf("v3", { plant: { ...plant, botanist } })).toBe("+44 20 7946 0018");
  });
});

describe("imagesOf", () => {
  const none = { imageUrl: null, imageLicenseUrl: null, thumbnailUrl: null };

  it("returns eight keys", () => {
    expect(imagesOf("v2", {})).toEqual({
      license: 4,
      license_name: "Attribution License",
      license_url: "https://creativecommons.org/licenses/by/2.0/",
      original_url: "https://example.org/plants/8/original.jpg",
      regular_url: "https://example.org/plants/8/regular.jpg",
      medium_url: "https://example.org/plants/8/medium.jpg",
      small_url: "https://example.org/plants/8/small.jpg",
      thumbnail: "https://example.org/plants/8/thumbnail.jpg",
    });
  });

  it("returns a placeholder under licence 451 without a picture, and null for plant 45", () => {
    const placeholder = imagesOf("v1", none) as Record<string, unknown>;
    expect(Object.keys(placeholder)).toHaveLength(8);
    expect(placeholder.license).toBe(451);
    for (const key of ["original_url", "regular_url", "medium_url", "small_url", "thumbnail"])
      expect(placeholder[key]).toBe("https://perenual.com/storage/image/upgrade_access.jpg");
    expect(imagesOf("v1", { ...none, plantId: 45 })).toBeNull();
  });

  it("signs the URLs for each request in v3", () => {
    const [first, second] = [0, 1].map(
      (nth) => (imagesOf("v3", {}, nth) as { original_url: string }).original_url,
    );
    const address =
      /^https:\/\/example\.org\/plants\/8\/original\.jpg\?X-Amz-.*&X-Amz-Signature=[0-9a-f]{64}$/;
    expect(first).toMatch(address);
    expect(second).toMatch(address);
    expect(first).not.toBe(second);
    expect(first).toContain("X-Amz-Date=20260126T160001Z");
  });
});

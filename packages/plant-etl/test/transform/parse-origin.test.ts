import { describe, expect, test } from "vitest";
import { countryCode, countryName } from "../../src/transform/country-names.js";
import { parseOrigin } from "../../src/transform/parse-origin.js";

describe("countryCode and countryName", () => {
  test.each([
    ["Brazil", "BR"],
    ["Lao People's Democratic Republic", "LA"],
    ["Bouvet Island (Bouvetoya)", "BV"],
    ["British Indian Ocean Territory (Chagos Archipelago)", "IO"],
    ["Curacao", "CW"],
    ["Svalbard & Jan Mayen Islands", "SJ"],
    ["Swaziland", "SZ"],
    ["Libyan Arab Jamahiriya", "LY"],
    ["Saint Martin", "MF"],
    ["United States of America", "US"],
  ])("%s is %s", (name, code) => expect(countryCode(name)).toBe(code));

  test("countryCode returns null for an ambiguous or unknown name", () => {
    expect(countryCode("Korea")).toBeNull();
    expect(countryCode("Atlantis")).toBeNull();
  });

  test("countryName returns the name of a valid code", () => {
    expect(countryName("BR")).toBe("Brazil");
    expect(countryName("zz")).toBeNull();
  });
});

const resplendor = { latitude: "-19.32556", longitude: "-41.25528", city: "Resplendor", country: "BR" };

test("parseOrigin returns the same country for its code and its name", () => {
  const { origin: older } = parseOrigin(resplendor);
  const { origin: newer } = parseOrigin({
    ...resplendor,
    latitude: -19.32556,
    longitude: -41.25528,
    country: "Brazil",
  });
  expect(older).toEqual(newer);
  expect(older).toEqual({
    city: { name: "Resplendor", country: { code: "BR", name: "Brazil" } },
    latitude: -19.32556,
    longitude: -41.25528,
  });
});

test("parseOrigin keeps the name of a country", () => {
  const { origin } = parseOrigin({ ...resplendor, country: "Swaziland" });
  expect(origin?.city.country).toEqual({ code: "SZ", name: "Swaziland" });
});

test.each([
  ["90.0001", "0", "origin_location.latitude"],
  ["-91", "0", "origin_location.latitude"],
  ["0", "180.5", "origin_location.longitude"],
  ["north", "0", "origin_location.latitude"],
  ["", "0", "origin_location.latitude"],
])(
  "latitude %j and longitude %j are named as wrong, and the place stays without a position",
  (latitude, longitude, path) => {
    const { origin, issues } = parseOrigin({ ...resplendor, latitude, longitude });
    expect(issues.map((issue) => issue.path)).toEqual([path]);
    expect(origin).toMatchObject({ city: { name: "Resplendor" }, latitude: null, longitude: null });
  },
);

test("parseOrigin accepts the bounds of the coordinates", () => {
  const { origin, issues } = parseOrigin({ ...resplendor, latitude: "-90", longitude: "180" });
  expect(issues).toEqual([]);
  expect(origin).toMatchObject({ latitude: -90, longitude: 180 });
});

test("parseOrigin returns null and an issue without a city, and for an unknown country code", () => {
  expect(parseOrigin({ ...resplendor, city: "  " }).origin).toBeNull();
  const { origin, issues } = parseOrigin({ ...resplendor, country: "ZZ" });
  expect(origin).toBeNull();
  expect(issues).toEqual([
    { path: "origin_location.country", message: "is empty or not a country code", value: '"ZZ"' },
  ]);
});

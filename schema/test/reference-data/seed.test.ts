import { expect, test } from "vitest";
import {
  describeSeedIssue,
  museumSeed,
  parseSeed,
  type SeedFiles,
  seedObservedAt,
} from "../../src/reference-data/seed.js";

const good: SeedFiles = {
  botanists: "botanist_id,email,name,phone\n1,Ada@lnhm.co.uk,Dr. Ada Green,305-555-0162x591\n",
  countries: "country_id,country_name,country_code\n10,Brazil,BR\n",
  cities: 'city_id,city_name,country_id\n100,"Resplendor, MG",10\n',
  origins: "origin_id,city_id,lat,long\n1000,100,-19.32556,-41.25528\n",
  plants:
    "plant_id,name,scientific_name,origin_id,botanist_id,image_license_url,image_url,thumbnail\n" +
    "0,Epipremnum Aureum,,1000,1,,https://example.org/0.jpg,\n",
};
const lines = (files: Partial<SeedFiles>) => parseSeed({ ...good, ...files }).issues.map(describeSeedIssue);

test("parseSeed joins the five files to plants with botanist and origin", () => {
  const { data, issues } = parseSeed(good);
  expect(issues).toEqual([]);
  expect(data.plants).toEqual([
    {
      plantId: 0,
      name: "Epipremnum Aureum",
      scientificName: null,
      imageUrl: "https://example.org/0.jpg",
      imageLicenseUrl: null,
      thumbnailUrl: null,
      botanist: { email: "ada@lnhm.co.uk", name: "Dr. Ada Green", phone: "305-555-0162x591" },
      origin: {
        city: { name: "Resplendor, MG", country: { code: "BR", name: "Brazil" } },
        latitude: -19.32556,
        longitude: -41.25528,
      },
      observedAt: seedObservedAt,
    },
  ]);
});

test("parseSeed accepts columns in any order, further columns, a byte order mark and CRLF", () => {
  const { data, issues } = parseSeed({
    ...good,
    countries: "\ufeffcountry_name,remark,country_id\r\nBrazil,large,10\r\n",
  });
  expect(issues).toEqual([]);
  expect(data.countries).toEqual([{ name: "Brazil", code: null }]);
});

test.each<[string, (csv: string) => Uint8Array]>([
  ["UTF-8", (csv) => Buffer.from(csv)],
  ["UTF-8 behind a byte order mark", (csv) => Buffer.from(`\ufeff${csv}`)],
  ["UTF-16 behind a byte order mark", (csv) => Buffer.from(`\ufeff${csv}`, "utf16le")],
  ["big-endian UTF-16 behind a byte order mark", (csv) => Buffer.from(`\ufeff${csv}`, "utf16le").swap16()],
])("parseSeed accepts a file as bytes of %s", (_name, encode) => {
  const { data, issues } = parseSeed({
    ...good,
    cities: encode("city_id,city_name,country_id\n100,Logroño,10\n"),
  });
  expect(issues).toEqual([]);
  expect(data.cities).toEqual([{ name: "Logroño", country: { code: "BR", name: "Brazil" } }]);
});

test.each<[string, (csv: string) => Uint8Array, RegExp]>([
  [
    "Windows-1252",
    (csv) => Buffer.from(csv, "latin1"),
    /^cities.csv line 3: the file is not valid utf-8: byte 0xf1 at offset 50; save it as UTF-8$/,
  ],
  [
    "UTF-16 with half a code unit",
    (csv) => Buffer.from(`\ufeff${csv}`, "utf16le").subarray(0, -3),
    /^cities.csv line 3: the file is not valid utf-16le: byte 0x30 at offset 110; save it as UTF-8$/,
  ],
  [
    "UTF-16 without a mark",
    (csv) => Buffer.from(csv, "utf16le"),
    /^cities.csv line 3: the file is not valid utf-8: byte 0xf1 at offset 100; save it as UTF-8$/,
  ],
])(
  "a file that is bytes of %s is refused with its line, and nothing in it is replaced",
  (_name, encode, line) => {
    const { data, issues } = parseSeed({
      ...good,
      cities: encode("city_id,city_name,country_id\n100,Reus,10\n101,Logroño,10\n"),
    });
    expect(issues.map(describeSeedIssue)[0]).toMatch(line);
    expect(data.cities).toEqual([]);
  },
);

test.each<[string, Partial<SeedFiles>, string]>([
  [
    "a missing column",
    { cities: "city_id,city_name\n100,Reus\n" },
    "cities.csv line 1, country_id: the header lacks this column; it has: city_id, city_name",
  ],
  [
    "an empty file",
    { cities: "" },
    "cities.csv line 1, city_id: the header lacks this column; it has: nothing",
  ],
  [
    "text for an id",
    { botanists: "botanist_id,email,name,phone\nA1,a@b,Ada,\n" },
    'botanists.csv line 2, botanist_id: "A1" must be a whole number, 0 or more',
  ],
  [
    "no address",
    { botanists: "botanist_id,email,name,phone\n1,a@b,Ada,\n2,nowhere,Bo,\n" },
    'botanists.csv line 3, email: "nowhere" must be an e-mail address',
  ],
  [
    "a latitude off the globe",
    { origins: "origin_id,city_id,lat,long\n1000,100,91,0\n" },
    'origins.csv line 2, lat: "91" must be degrees between -90 and 90, or empty',
  ],
  [
    "a reference to nothing",
    { cities: "city_id,city_name,country_id\n100,Reus,77\n" },
    'cities.csv line 2, country_id: "77" refers to an id that no valid row of its file has',
  ],
  [
    "an id twice",
    { countries: "country_id,country_name,country_code\n10,Brazil,BR\n10,Chile,CL\n" },
    'countries.csv line 3, country_id: "10" is a duplicate of an earlier row',
  ],
  [
    "a row too short",
    { countries: "country_id,country_name,country_code\n10,Brazil\n" },
    "countries.csv line 2: ",
  ],
])("parseSeed reports %s with file, line, column and value", (_name, files, expected) => {
  expect(lines(files)[0]).toContain(expected);
});

test("parseSeed reports all issues at once", () => {
  const issues = lines({ countries: "country_id,country_name,country_code\n10,,brazil\nx,Chile,CL\n" });
  expect(issues.filter((line) => line.startsWith("countries.csv"))).toHaveLength(3);
});

test("museumSeed has 49 plants, each with a botanist and an origin", () => {
  const { plants } = museumSeed();
  expect(plants).toHaveLength(49);
  expect(plants.every((plant) => plant.botanist !== null && plant.origin?.city.country.code != null)).toBe(
    true,
  );
  expect(plants.some((plant) => plant.plantId === 7)).toBe(false);
});

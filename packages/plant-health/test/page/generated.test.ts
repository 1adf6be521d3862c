import { geoEqualEarth } from "d3-geo";
import { describe, expect, it } from "vitest";
import { clientFile, landFile } from "../../build/page-files.js";
import { equalEarth, equalEarthHalfWidth } from "../../src/page/equal-earth.js";

// `npm run generate` writes the files; without -u the test compares them.
describe("generated files of the page", () => {
  it("landFile matches src/page/generated/land.json", async () => {
    await expect(landFile()).toMatchFileSnapshot("../../src/page/generated/land.json");
  });

  it("clientFile matches src/page/generated/client.json", async () => {
    await expect(await clientFile()).toMatchFileSnapshot("../../src/page/generated/client.json");
  });
});

describe("equalEarth", () => {
  it("projects as d3-geo does, which made the land", () => {
    const projection = geoEqualEarth().scale(1).translate([0, 0]);
    for (let latitude = -90; latitude <= 90; latitude += 15)
      for (let longitude = -180; longitude < 180; longitude += 30) {
        const [x = Number.NaN, y = Number.NaN] = projection([longitude, latitude]) ?? [];
        expect(equalEarth(latitude, longitude).x).toBeCloseTo(x, 9);
        expect(equalEarth(latitude, longitude).y).toBeCloseTo(y, 9);
      }
    expect(equalEarth(0, 180).x).toBeCloseTo(equalEarthHalfWidth, 9);
  });
});

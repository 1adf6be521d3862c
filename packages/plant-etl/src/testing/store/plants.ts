import assert from "node:assert/strict";
import { assertEqual, assertMatches } from "@lmnh/plant-schema/testing";
import { batchOf, loadInto, type Suite } from "./fixtures.js";

export function describePlants(suite: Suite): void {
  suite.describe("plants", () => {
    suite.test("plants whose names differ in case alone are two plants", async (under) => {
      const names = { 8: "Bird of paradise", 22: "Bird of Paradise" };
      await loadInto(
        under,
        batchOf([8, 22].map((plantId) => ({ plantId, payload: { name: names[plantId as 8 | 22] } }))),
      );
      assertEqual(
        (await under.state()).plants.map((plant) => plant.name),
        Object.values(names),
      );
    });

    suite.test("load updates a plant, but not from an older response", async (under) => {
      const fern = (name: string, email: string, receivedAt: string) =>
        batchOf([{ plantId: 1, receivedAt, payload: { name, botanist: { name: "Ada", email, phone: "" } } }]);
      await loadInto(under, fern("Fern", "a@lnhm.co.uk", "2026-01-28T12:00:00.000Z"));
      await loadInto(under, fern("Great fern", "b@lnhm.co.uk", "2026-01-28T12:02:00.000Z"));
      await loadInto(under, fern("Small fern", "c@lnhm.co.uk", "2026-01-28T12:01:00.000Z"));
      const [plant] = (await under.state()).plants;
      assertMatches(plant, { name: "Great fern", botanist: { email: "b@lnhm.co.uk" } });
    });

    suite.test(
      "load keeps a presigned link until a quarter of its lifetime is left, or its path changes",
      async (under) => {
        const link = (signedAt: string, path = "aloe") =>
          `https://s3.example.com/${path}.jpg?X-Amz-Date=20260128T${signedAt}Z&X-Amz-Expires=3600&X-Amz-Signature=${signedAt}`;
        const shown = (time: string, url: string) =>
          batchOf([
            {
              plantId: 1,
              receivedAt: `2026-01-28T${time}.000Z`,
              payload: { images: { original_url: url, thumbnail: url } },
            },
          ]);
        const expectShown = async (url: string) =>
          assertMatches((await under.state()).plants, [{ imageUrl: url, thumbnailUrl: url }]);

        await loadInto(under, shown("12:00:00", link("120000")));
        const before = await under.state();
        await loadInto(under, shown("12:44:59", link("124459")));
        assertEqual((await under.state()).plants, before.plants);
        await loadInto(under, shown("12:45:00", link("124500")));
        await expectShown(link("124500"));
        await loadInto(under, shown("12:46:00", link("124600", "fern")));
        await expectShown(link("124600", "fern"));
        await loadInto(under, shown("12:40:00", link("124000")));
        await expectShown(link("124600", "fern"));
        await loadInto(under, shown("12:47:00", "https://example.org/fern.jpg"));
        await expectShown("https://example.org/fern.jpg");
        await loadInto(under, shown("12:48:00", link("124800")));
        await expectShown(link("124800"));
      },
    );

    suite.test("load keeps details that a response does not have", async (under) => {
      await loadInto(under, batchOf([{ plantId: 1 }]));
      const before = (await under.state()).plants;
      const silent = {
        name: null,
        scientific_name: null,
        images: null,
        botanist: null,
        origin_location: null,
      };
      await loadInto(
        under,
        batchOf([{ plantId: 1, receivedAt: "2026-01-28T13:00:00.000Z", payload: silent }]),
      );
      assertEqual((await under.state()).plants, before);
    });

    suite.test("load stores a plant without details", async (under) => {
      await loadInto(
        under,
        batchOf([
          { plantId: 1, payload: { name: null, botanist: null, origin_location: null, images: null } },
        ]),
      );
      const { plants, readings } = await under.state();
      assertMatches(plants, [{ plantId: 1, name: null, botanist: null, origin: null }]);
      assert.equal(readings.length, 1);
    });
  });
}

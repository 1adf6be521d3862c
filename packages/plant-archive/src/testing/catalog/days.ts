import { assertEqual } from "@lmnh/plant-schema/testing";
import { buildReading } from "../reading-builders.js";
import {
  archiveAll,
  at,
  type CatalogUnderTest,
  claimAll,
  collect,
  hour,
  insert,
  type Suite,
} from "./fixtures.js";

export function describeDays(suite: Suite): void {
  suite.describe("summary log", () => {
    const midnight = Date.parse("2026-01-29T00:00:00.000Z");
    const readings = [
      buildReading(1, "2026-01-27T23:59:59.999Z"),
      buildReading(2, "2026-01-28T00:00:00.000Z"),
      buildReading(1, "2026-01-28T10:00:00.000Z"),
      buildReading(1, "2026-01-28T11:00:00.000Z"),
      buildReading(1, "2026-01-28T12:00:00.000Z"),
      buildReading(1, "2026-01-28T23:59:59.999Z"),
      buildReading(1, "2026-01-29T00:00:00.000Z"),
    ];
    const names = async (under: CatalogUnderTest, day: string) =>
      (await collect(under.catalog.uncommittedReadings(day))).map(
        ({ plantId, recordingTaken }) => `${plantId} ${new Date(recordingTaken).toISOString().slice(11, 13)}`,
      );

    suite.test("days: readings in the database and in files, each once", async (under) => {
      await insert(under, readings);
      const days = [
        { day: "2026-01-27", readings: 1, summarized: 0 },
        { day: "2026-01-28", readings: 5, summarized: 0 },
      ];
      assertEqual(await under.catalog.days(midnight), days);
      assertEqual(await under.catalog.days(midnight - 1), days.slice(0, 1));
      assertEqual(await names(under, "2026-01-28"), ["1 10", "1 11", "1 12", "1 23", "2 00"]);

      const pruned = await archiveAll(under, "a", hour("2026-01-28T10"));
      await under.catalog.prune(pruned.file, at);
      await archiveAll(under, "b", hour("2026-01-28T11"));
      const quarantine = await claimAll(under, "c", hour("2026-01-28T12"));
      await under.catalog.quarantine(quarantine, "a try");
      await claimAll(under, "d", hour("2026-01-28T23"));
      assertEqual(await under.catalog.days(midnight), days);
      assertEqual(await names(under, "2026-01-28"), ["1 12", "1 23", "2 00"]);
      assertEqual(await names(under, "2026-01-30"), []);
    });

    suite.test("days: includes days whose readings are all pruned", async (under) => {
      await insert(under, readings.slice(0, 1));
      const { file } = await archiveAll(under, "a", hour("2026-01-27T23"));
      await under.catalog.prune(file, at);
      assertEqual(await under.catalog.days(midnight), [{ day: "2026-01-27", readings: 1, summarized: 0 }]);
    });

    suite.test("markSummarized keeps the largest number", async (under) => {
      await insert(under, readings);
      const summarized = async () => (await under.catalog.days(midnight)).map((day) => day.summarized);
      await under.catalog.markSummarized("2026-01-28", 4);
      assertEqual(await summarized(), [0, 4]);
      await under.catalog.markSummarized("2026-01-28", 3);
      assertEqual(await summarized(), [0, 4]);
      await Promise.all([
        under.catalog.markSummarized("2026-01-28", 5),
        under.other.markSummarized("2026-01-28", 5),
        under.other.markSummarized("2026-01-27", 1),
      ]);
      assertEqual(await summarized(), [1, 5]);
    });
  });
}

import { assertEqual } from "@lmnh/plant-schema/testing";
import { readingPage } from "../../model/reading-table.js";
import { buildReading } from "../reading-builders.js";
import { archiveAll, at, collect, insert, type Suite, ten } from "./fixtures.js";

export function describePages(suite: Suite): void {
  suite.describe("many readings", () => {
    const start = Date.parse("2026-01-28T10:00:00.000Z");
    const many = Array.from({ length: 12_003 }, (_, number) =>
      buildReading(number % 3, new Date(start + number * 250).toISOString(), { temperature: number / 7 }),
    );

    suite.test("readings are paged in order, and deleted by one prune", async (under) => {
      await insert(under, many);
      const inOrder = [...many].sort((a, b) => a.plantId - b.plantId || a.recordingTaken - b.recordingTaken);
      const withoutNumbers = async (pages: Parameters<typeof collect<(typeof many)[number]>>[0]) =>
        (await collect(pages)).map((reading) => ({ ...reading, readingId: undefined }));
      const expected = inOrder.map((reading) => ({ ...reading, readingId: undefined }));
      assertEqual(await withoutNumbers(under.catalog.uncommittedReadings("2026-01-28")), expected);
      const { file, manifest, readings } = await archiveAll(under, "a");
      assertEqual(
        readings.map((reading) => ({ ...reading, readingId: undefined })),
        many.map((reading) => ({ ...reading, readingId: undefined })),
      );
      assertEqual(await under.catalog.prune(file, at), { kind: "pruned", rows: many.length });
      assertEqual((await under.tables.state()).readings, []);
      const back = (async function* () {
        yield readingPage(readings);
      })();
      assertEqual(await under.catalog.restore(manifest, () => back), {
        restored: many.length,
        present: 0,
        barePlants: 0,
      });
      assertEqual(await collect(under.catalog.rows(file)), readings);
    });

    suite.test("dropArchivedDuplicates takes several pages", async (under) => {
      await insert(under, many);
      const { file, readings } = await archiveAll(under, "a");
      await under.catalog.prune(file, at);
      await insert(under, many.slice(1));
      const late = await under.catalog.claim({ key: "b", partition: ten, runId: "archiver", at }, 20_000);
      if (late === null) throw new Error("there are no late readings");
      const archived = (async function* () {
        yield readingPage(readings.slice(0, 7000));
        yield readingPage(readings.slice(7000));
      })();
      assertEqual(await under.catalog.dropArchivedDuplicates(late, archived), {
        file: null,
        duplicates: many.length - 1,
        conflicts: 0,
      });
      assertEqual((await under.tables.state()).readings, []);
    });
  });
}

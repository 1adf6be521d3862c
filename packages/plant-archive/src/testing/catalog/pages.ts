import { describe, expect, test } from "vitest";
import { readingPage } from "../../model/reading-table.js";
import { buildReading } from "../reading-builders.js";
import { archiveAll, at, collect, insert, ten, type Under } from "./fixtures.js";

export function describePages(under: Under): void {
  describe("many readings", () => {
    const start = Date.parse("2026-01-28T10:00:00.000Z");
    const many = Array.from({ length: 12_003 }, (_, number) =>
      buildReading(number % 3, new Date(start + number * 250).toISOString(), { temperature: number / 7 }),
    );

    test("readings are paged in order, and deleted by one prune", async () => {
      await insert(under(), many);
      const inOrder = [...many].sort((a, b) => a.plantId - b.plantId || a.recordingTaken - b.recordingTaken);
      const withoutNumbers = async (pages: Parameters<typeof collect<(typeof many)[number]>>[0]) =>
        (await collect(pages)).map((reading) => ({ ...reading, readingId: undefined }));
      const expected = inOrder.map((reading) => ({ ...reading, readingId: undefined }));
      expect(await withoutNumbers(under().catalog.uncommittedReadings("2026-01-28"))).toEqual(expected);
      const { file, manifest, readings } = await archiveAll(under(), "a");
      expect(readings.map((reading) => ({ ...reading, readingId: undefined }))).toEqual(
        many.map((reading) => ({ ...reading, readingId: undefined })),
      );
      expect(await under().catalog.prune(file, at)).toEqual({ kind: "pruned", rows: many.length });
      expect((await under().tables.state()).readings).toEqual([]);
      const back = (async function* () {
        yield readingPage(readings);
      })();
      expect(await under().catalog.restore(manifest, () => back)).toEqual({
        restored: many.length,
        present: 0,
        barePlants: 0,
      });
      expect(await collect(under().catalog.rows(file))).toEqual(readings);
    });

    test("dropArchivedDuplicates takes several pages", async () => {
      await insert(under(), many);
      const { file, readings } = await archiveAll(under(), "a");
      await under().catalog.prune(file, at);
      await insert(under(), many.slice(1));
      const late = await under().catalog.claim({ key: "b", partition: ten, runId: "archiver", at }, 20_000);
      if (late === null) throw new Error("there are no late readings");
      const archived = (async function* () {
        yield readingPage(readings.slice(0, 7000));
        yield readingPage(readings.slice(7000));
      })();
      expect(await under().catalog.dropArchivedDuplicates(late, archived)).toEqual({
        file: null,
        duplicates: many.length - 1,
        conflicts: 0,
      });
      expect((await under().tables.state()).readings).toEqual([]);
    });
  });
}

import { describe, expect, test } from "vitest";
import type { Under } from "./fixtures.js";

/** Which archive the database's readings go to. */
export function describeIdentity(under: Under): void {
  describe("the archive of a database", () => {
    test("is none before it is noted", async () => {
      expect(await under().catalog.archiveId()).toBeNull();
    });

    test("is the first that is noted, for every ledger of the database", async () => {
      const { catalog, other } = under();
      expect(await catalog.saveArchiveId("one", { replacing: false })).toBe("one");
      expect(await other.saveArchiveId("two", { replacing: false })).toBe("one");
      expect(await other.archiveId()).toBe("one");
    });

    test("is one of two that are noted at the same moment", async () => {
      const { catalog, other } = under();
      const [a, b] = await Promise.all([
        catalog.saveArchiveId("one", { replacing: false }),
        other.saveArchiveId("two", { replacing: false }),
      ]);
      expect(a).toBe(b);
      expect(await catalog.archiveId()).toBe(a);
    });

    test("is another one when that is to take its place, or when there was none", async () => {
      const { catalog } = under();
      expect(await catalog.saveArchiveId("one", { replacing: true })).toBe("one");
      expect(await catalog.saveArchiveId("two", { replacing: true })).toBe("two");
      expect(await catalog.archiveId()).toBe("two");
    });
  });
}

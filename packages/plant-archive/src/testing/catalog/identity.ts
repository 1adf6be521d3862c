import { describe, expect, test } from "vitest";
import type { Under } from "./fixtures.js";

export function describeIdentity(under: Under): void {
  describe("archive id", () => {
    test("archiveId is null before saveArchiveId", async () => {
      expect(await under().catalog.archiveId()).toBeNull();
    });

    test("saveArchiveId keeps the first id", async () => {
      const { catalog, other } = under();
      expect(await catalog.saveArchiveId("one", { replacing: false })).toBe("one");
      expect(await other.saveArchiveId("two", { replacing: false })).toBe("one");
      expect(await other.archiveId()).toBe("one");
    });

    test("saveArchiveId by two at once keeps one id", async () => {
      const { catalog, other } = under();
      const [a, b] = await Promise.all([
        catalog.saveArchiveId("one", { replacing: false }),
        other.saveArchiveId("two", { replacing: false }),
      ]);
      expect(a).toBe(b);
      expect(await catalog.archiveId()).toBe(a);
    });

    test("saveArchiveId with replacing replaces the id", async () => {
      const { catalog } = under();
      expect(await catalog.saveArchiveId("one", { replacing: true })).toBe("one");
      expect(await catalog.saveArchiveId("two", { replacing: true })).toBe("two");
      expect(await catalog.archiveId()).toBe("two");
    });
  });
}

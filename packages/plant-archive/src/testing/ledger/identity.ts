import { describe, expect, test } from "vitest";
import type { Under } from "./under-test.js";

/** Which archive the database's readings go to. */
export function describeIdentity(under: Under): void {
  describe("the archive of a database", () => {
    test("is none before it is noted", async () => {
      expect(await under().ledger.archiveId()).toBeNull();
    });

    test("is the first that is noted, for every ledger of the database", async () => {
      const { ledger, other } = under();
      expect(await ledger.noteArchive("one", { replacing: false })).toBe("one");
      expect(await other.noteArchive("two", { replacing: false })).toBe("one");
      expect(await other.archiveId()).toBe("one");
    });

    test("is one of two that are noted at the same moment", async () => {
      const { ledger, other } = under();
      const [a, b] = await Promise.all([
        ledger.noteArchive("one", { replacing: false }),
        other.noteArchive("two", { replacing: false }),
      ]);
      expect(a).toBe(b);
      expect(await ledger.archiveId()).toBe(a);
    });

    test("is another one when that is to take its place, or when there was none", async () => {
      const { ledger } = under();
      expect(await ledger.noteArchive("one", { replacing: true })).toBe("one");
      expect(await ledger.noteArchive("two", { replacing: true })).toBe("two");
      expect(await ledger.archiveId()).toBe("two");
    });
  });
}

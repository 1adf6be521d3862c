import assert from "node:assert/strict";
import { at, type Suite } from "./fixtures.js";

export function describeIdentity(suite: Suite): void {
  suite.describe("archive id", () => {
    suite.test("archiveId is null before saveArchiveId", async (under) => {
      assert.equal(await under.catalog.archiveId(), null);
    });

    suite.test("saveArchiveId keeps the first id", async (under) => {
      const { catalog, other } = under;
      assert.equal(await catalog.saveArchiveId("one", { replacing: false }), "one");
      assert.equal(await other.saveArchiveId("two", { replacing: false }), "one");
      assert.equal(await other.archiveId(), "one");
    });

    suite.test("saveArchiveId by two at once keeps one id", async (under) => {
      const { catalog, other } = under;
      const [a, b] = await Promise.all([
        catalog.saveArchiveId("one", { replacing: false }),
        other.saveArchiveId("two", { replacing: false }),
      ]);
      assert.equal(a, b);
      assert.equal(await catalog.archiveId(), a);
    });

    suite.test("saveArchiveId with replacing replaces the id", async (under) => {
      const { catalog } = under;
      assert.equal(await catalog.saveArchiveId("one", { replacing: true }), "one");
      assert.equal(await catalog.saveArchiveId("two", { replacing: true }), "two");
      assert.equal(await catalog.archiveId(), "two");
    });

    suite.test(
      "saveVerifiedAt keeps the latest time, of an archive that has an id",
      async ({ catalog, other }) => {
        await catalog.saveVerifiedAt(1);
        assert.equal(await catalog.verifiedAt(), null);
        await catalog.saveArchiveId("one", { replacing: false });
        assert.equal(await catalog.verifiedAt(), null);
        await Promise.all([catalog.saveVerifiedAt(at), other.saveVerifiedAt(at - 1)]);
        assert.equal(await other.verifiedAt(), at);
        await catalog.saveVerifiedAt(at - 1);
        assert.equal(await catalog.verifiedAt(), at);
      },
    );

    suite.test("saveArchiveId of another id removes the time of the verification", async ({ catalog }) => {
      await catalog.saveArchiveId("one", { replacing: false });
      await catalog.saveVerifiedAt(at);
      await catalog.saveArchiveId("two", { replacing: false });
      assert.equal(await catalog.verifiedAt(), at);
      await catalog.saveArchiveId("two", { replacing: true });
      assert.equal(await catalog.verifiedAt(), null);
    });
  });
}

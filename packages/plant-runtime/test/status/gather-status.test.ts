import type { ObjectStore } from "@lmnh/plant-archive";
import { expect, test } from "vitest";
import { gatherStatus } from "../../src/index.js";
import { nowMs } from "./facts.js";

test("gatherStatus names the archive that could not be read in time", async () => {
  let isReached = () => {};
  const reached = new Promise<void>((resolve) => {
    isReached = resolve;
  });
  const objects: Partial<ObjectStore> = {
    name: "s3://slow/plants",
    head: () => {
      isReached();
      return new Promise<never>(() => {});
    },
  };
  const facts = await gatherStatus(
    {
      databaseName: "sqlite:plants.db",
      openDatabase: async () => await Promise.reject(new Error("no database")),
      databaseBytes: async () => null,
      databaseFiles: async () => null,
      openArchive: async () => ({ objects: objects as ObjectStore, exists: true }),
      disks: async () => [],
    },
    // No part is late before the archive is.
    { clock: { now: () => nowMs, sleep: () => reached }, limitMs: 5_000 },
  );
  expect(facts.store).toMatchObject({
    kind: "failed",
    problem: expect.stringContaining("The archive s3://slow/plants could not be read within 5 s"),
  });
});

import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startS3Server } from "@lmnh/testing/s3-server";
import { describe, expect, test } from "vitest";
import { directoryObjectStore } from "../../src/object-store/directory/directory-object-store.js";
import { openS3ObjectStore } from "../../src/object-store/s3/index.js";
import { seededRandom } from "./seeded-random.js";
import { makeWorld, type SharedStore, temporaryFiles } from "./world.js";

/** Kills a store in all; more in `npm run test:crash` than in the sample of other test runs. */
const kills = Number(process.env.PLANT_TEST_CRASH_KILLS ?? 4);

async function killAndRecover(store: SharedStore, seed: number): Promise<void> {
  const random = seededRandom(seed);
  const world = await makeWorld(store, random);
  try {
    for (let round = 0; round < 5; round++) world.passTime(12, 6);
    const { steps } = await world.archive();
    await world.check();
    let killed = 0;
    let step = 0;
    for (let round = 0; killed < kills; round++) {
      world.passTime(8, 1);
      // Each step in turn, of a run with an unknown number of steps; and any moment every third time.
      const when =
        round % 3 === 2
          ? { killAfterMs: Math.floor(random() * 60) }
          : { killAt: kills >= steps ? step++ % steps : Math.floor(random() * steps) };
      const { report } = await world.archive(when);
      if (report === null) killed += 1;
      const next = await world.archive();
      expect(next.report).toMatchObject({ verified: true, complete: true, quarantined: [], problems: [] });
      await world.check();
      expect(round, "most runs are killed before they end").toBeLessThan(kills * 3);
    }
    // When all is old and nobody loads any more, the archive is all there is.
    await world.archive({ aheadMs: 100 * 3_600_000, quiet: true });
    await world.check();
    expect(world.readingsLeft()).toBe(0);
  } finally {
    await world.close();
  }
}

describe(`archivers are killed ${kills} times while a loader continues, and each time one more run completes the archive`, () => {
  test("over SQLite and a directory", async () => {
    const directory = await mkdtemp(join(tmpdir(), "plant-crash-archive-"));
    try {
      await killAndRecover(
        {
          objects: directoryObjectStore({ directory, newId: randomUUID }),
          description: { kind: "directory", directory },
          leftovers: () => temporaryFiles(directory),
        },
        20260128,
      );
    } finally {
      await rm(directory, { recursive: true });
    }
  }, 3_600_000);

  test("over SQLite and an S3 server", async () => {
    const server = await startS3Server();
    try {
      const url = `s3://${server.bucket}/museum?region=eu-west-2&pathStyle=true&endpoint=${encodeURIComponent(server.endpoint)}`;
      process.env.AWS_ACCESS_KEY_ID = "a";
      process.env.AWS_SECRET_ACCESS_KEY = "b";
      await killAndRecover(
        {
          objects: await openS3ObjectStore(url),
          description: { kind: "s3", url },
          leftovers: async () => server.openUploads(),
        },
        20260129,
      );
    } finally {
      await server.close();
    }
  }, 3_600_000);
});

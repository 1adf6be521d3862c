import { migrate } from "@lmnh/plant-schema";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sqlArchiveCatalog } from "../../src/catalog/sql-archive-catalog.js";
import { PlantArchiveError } from "../../src/errors.js";
import type { ArchiveCatalog } from "../../src/ports.js";
import { type Archived, claimOf, collect, hour, pagesOf } from "../../src/testing/catalog/fixtures.js";
import type { ReadingTables } from "../../src/testing/catalog-tables.js";
import { fakeVerifiedFile } from "../../src/testing/fake-verified-file.js";
import { buildPlants, buildReading } from "../../src/testing/reading-builders.js";
import { sqlReadingTables } from "../../src/testing/sql-catalog-tables.js";
import { createCatalogModel } from "../support/catalog-model.js";

const reading = fc
  .record({
    plantId: fc.integer({ min: 1, max: 3 }),
    time: fc.constantFrom("10:59:59.999", "11:00:00.000", "11:00:00.001"),
    temperature: fc.constantFrom(0.1 + 0.2, 1 / 3),
  })
  .map(({ plantId, time, temperature }) => buildReading(plantId, `2026-01-28T${time}Z`, { temperature }));

const which = fc.nat({ max: 5 });
const insert = fc.record({
  kind: fc.constant("insert"),
  readings: fc.array(reading, { minLength: 3, maxLength: 9 }),
});
const claim = fc.record({
  kind: fc.constant("claim"),
  partition: fc.constantFrom("2026-01-28T10", "2026-01-28T11"),
  limit: fc.integer({ min: 1, max: 6 }),
});
const step = fc.oneof(
  insert,
  claim,
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("archive", "prune", "restore"), which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("dropHeld"), which, from: which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("change", "remove"), which }) },
  fc.record({ kind: fc.constant("setAside"), which }),
  fc.record({ kind: fc.constant("summarise"), readings: fc.nat({ max: 9 }) }),
);
const take = <Kind extends string>(kind: Kind) =>
  fc.record({ kind: fc.constant(kind), which: fc.constant(0) });
/** A file that has left, and readings that come after it: from there on it goes anywhere. */
const steps = fc
  .tuple(
    insert,
    claim,
    take("archive"),
    take("prune"),
    insert,
    claim,
    fc.array(step, { minLength: 4, maxLength: 20 }),
  )
  .map(([first, ...next]) => [first, ...next.flat()]);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const now = Date.parse("2026-01-29T00:00:00.000Z");

/** Applies steps to one catalog and returns the outcome of each. */
function walker(
  catalog: Omit<
    ArchiveCatalog,
    "archiveId" | "saveArchiveId" | "verifiedAt" | "saveVerifiedAt" | "referenceData" | "loadReferenceData"
  >,
  tables: ReadingTables,
) {
  const archived: Archived[] = [];
  let keys = 0;
  const pick = <Item>(items: readonly Item[], place: number) => items[place % Math.max(items.length, 1)];

  const take = async (step: Step): Promise<unknown> => {
    switch (step.kind) {
      case "insert":
        return await tables.insert(step.readings);
      case "claim":
        return await catalog.claim(claimOf(`file-${keys++}`, hour(step.partition)), step.limit);
      case "summarise":
        return await catalog.markSummarized("2026-01-28", step.readings);
      case "change":
      case "remove": {
        const { readings } = await tables.state();
        const inFiles = readings.filter(({ key }) => key !== null);
        const found = pick(inFiles, step.which) ?? pick(readings, step.which);
        if (found === undefined) return null;
        if (step.kind === "change")
          return await tables.update(found.readingId, { temperature: -1 - step.which });
        return await tables.remove(found.readingId);
      }
      case "dropHeld": {
        const file = pick(await catalog.files({ states: ["claimed"] }), step.which);
        const from = pick(archived, step.from);
        if (file === undefined || from === undefined) return null;
        return await catalog.dropArchivedDuplicates(file, pagesOf(from.readings));
      }
    }
    if (step.kind === "setAside" || step.kind === "archive") {
      const file = pick(await catalog.files({ states: ["claimed", "verified"] }), step.which);
      if (file === undefined) return null;
      if (step.kind === "setAside") return await catalog.quarantine(file, "a try");
      const readings = await collect(catalog.rows(file));
      const verified = fakeVerifiedFile(file, readings);
      const { key, partition, runId, rows, digest, bytes } = verified;
      const manifest = { key, partition, runId, rows, digest, bytes, schemaVersion: 1 };
      const done = await catalog.markVerified(verified, now);
      if (done) archived.push({ file: verified, manifest, readings });
      return [done, readings];
    }
    const known = pick(archived, step.which);
    if (known === undefined) return null;
    if (step.kind === "prune") return await catalog.prune(known.file, now);
    return await catalog.restore(known.manifest, () => pagesOf(known.readings));
  };

  return {
    /** The outcome of a step, and the state after it. */
    async outcome(step: Step): Promise<unknown> {
      const result = await take(step).catch((error: unknown) => {
        if (error instanceof PlantArchiveError) return `${error.code}: ${error.message}`;
        throw error;
      });
      const { quarantined, ...state } = await tables.state();
      return withoutFileIds({
        result,
        ...state,
        quarantined: quarantined.map((row) => ({ ...row, content: JSON.parse(row.content) as unknown })),
        unarchived: await catalog.unarchived(now),
        days: await catalog.days(now),
        uncommitted: await collect(catalog.uncommittedReadings("2026-01-28")),
      });
    },
  };
}

function withoutFileIds(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === "fileId" ? undefined : inner)));
}

test("the SQL catalog behaves like the model, for any sequence of steps", async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const database = await openSqlite("sqlite::memory:");
      await migrate(database);
      const model = createCatalogModel([1, 2, 3]);
      const sqlite = sqlArchiveCatalog(database);
      await sqlite.loadReferenceData(buildPlants(1, 2, 3));
      const expected = walker(model, model.tables);
      const found = walker(sqlite, sqlReadingTables(database));
      for (const next of taken) {
        const outcome = await expected.outcome(next);
        expect(await found.outcome(next)).toEqual(outcome);
        for (const [name, pattern] of interesting)
          if (pattern.test(JSON.stringify(outcome).slice(0, 300))) seen.add(name);
      }
      await database.close();
    }),
    { numRuns: 100 },
  );
  // Else this test would look at nothing.
  expect([...seen].sort()).toEqual(interesting.map(([name]) => name).sort());
});

const interesting: readonly (readonly [string, RegExp])[] = [
  ["pruned", /"kind":"pruned"/],
  ["changed", /"kind":"changed"/],
  ["elsewhere", /"kind":"elsewhere"/],
  ["restored", /"restored":[1-9]/],
  ["present", /"present":[1-9]/],
  ["refused", /RESTORE_CONFLICT/],
  ["dropped", /"duplicates":[1-9]/],
];

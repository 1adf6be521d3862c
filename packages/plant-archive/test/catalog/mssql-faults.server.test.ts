import { openMssql } from "@lmnh/plant-schema/mssql";
import { type Fault, startTdsProxy, type TdsProxy } from "@lmnh/testing/sql-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { archive } from "../../src/archive.js";
import { sqlArchiveCatalog } from "../../src/catalog/sql-archive-catalog.js";
import { memoryObjectStore } from "../../src/object-store/memory-object-store.js";
import { insert } from "../../src/testing/catalog/fixtures.js";
import { buildReading } from "../../src/testing/reading-builders.js";
import { verify } from "../../src/verify.js";
import { createMssqlCatalog, mssqlUrl } from "../support/mssql-catalog.js";

const retry = { clock: { sleep: async () => undefined }, random: Math.random };
const now = Date.parse("2026-01-30T00:10:00.000Z");

/** An hour that is old and one that is only closed. */
const readings = [
  buildReading(1, "2026-01-28T10:00:00.000Z"),
  buildReading(2, "2026-01-28T10:59:59.999Z"),
  buildReading(1, "2026-01-29T23:00:00.000Z"),
];

describe.skipIf(mssqlUrl === undefined)(
  "an archive run over a connection that breaks (skipped unless PLANT_TEST_MSSQL_URL is set)",
  () => {
    let made: Awaited<ReturnType<typeof createMssqlCatalog>>;
    let proxy: TdsProxy;
    beforeAll(async () => {
      made = await createMssqlCatalog(mssqlUrl ?? "");
      proxy = await startTdsProxy(made.url);
    });
    afterAll(async () => {
      await proxy?.close();
      await made?.close();
    });

    test.each<Fault>(["disconnect", "disconnectResponse"])(
      "%s at every message in turn: the run tries again, and every reading is in one file",
      async (fault) => {
        let number = 0;
        let sent: number;
        do {
          number += 1;
          const under = await made.openEmpty();
          await insert(under, readings);
          proxy.begin();
          const database = await openMssql(proxy.url);
          await database.db.selectFrom("plant").select("plant_id").execute();
          proxy.begin((nth) => (nth === number ? fault : undefined));
          let named = 0;
          const options = {
            catalog: sqlArchiveCatalog({ ...database, retry }),
            objects: memoryObjectStore(),
            clock: { now: () => now },
            runId: `run-${number}`,
            newId: () => `file-${++named}`,
          };
          const report = await archive(options);
          await database.close();
          sent = proxy.messages.length;
          expect(report, `message ${number}`).toMatchObject({
            archived: { rows: 3, files: 2 },
            pruned: { rows: 2, files: 1 },
            contended: 0,
            verified: true,
            complete: true,
          });
          const next = await archive({ ...options, catalog: under.catalog });
          expect(next).toMatchObject({ archived: { rows: 0 }, pruned: { rows: 0 }, verified: true });
          const { readings: left, files } = await under.tables.state();
          expect(left.map(({ recordingTaken }) => recordingTaken)).toEqual([
            Date.parse("2026-01-29T23:00:00.000Z"),
          ]);
          expect(files.map(({ partition, state, rows }) => [partition, state, rows])).toEqual([
            ["2026-01-28T10", "pruned", 2],
            ["2026-01-29T23", "verified", 1],
          ]);
          const checked = await verify({
            clock: Date,
            catalog: under.catalog,
            objects: options.objects,
            deep: true,
          });
          expect(checked.problems).toEqual([]);
        } while (sent >= number);
        expect(number).toBeGreaterThan(12);
      },
      // Some servers take seconds to plan a statement, and each message of the run is one of them.
      1_800_000,
    );
  },
);

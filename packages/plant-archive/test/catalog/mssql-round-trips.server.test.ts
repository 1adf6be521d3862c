import { openMssql } from "@lmnh/plant-schema/mssql";
import { type MessageKind, startTdsProxy } from "@lmnh/testing/sql-server";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { pageRows } from "../../src/catalog/keyset-pagination.js";
import { sqlArchiveCatalog } from "../../src/catalog/sql-archive-catalog.js";
import { finalizeFile } from "../../src/lifecycle/finalize-file.js";
import { pruneFile } from "../../src/lifecycle/prune-file.js";
import { memoryObjectStore } from "../../src/object-store/memory-object-store.js";
import { hour, insert } from "../../src/testing/catalog/fixtures.js";
import { buildReading } from "../../src/testing/reading-builders.js";
import { createMssqlCatalog, mssqlUrl } from "../support/mssql-catalog.js";

const at = Date.parse("2026-01-30T00:10:00.000Z");

describe.skipIf(mssqlUrl === undefined)(
  "the round trips of a file on SQL Server (skipped unless PLANT_TEST_MSSQL_URL is set)",
  () => {
    let made: Awaited<ReturnType<typeof createMssqlCatalog>>;
    beforeAll(async () => {
      made = await createMssqlCatalog(mssqlUrl ?? "");
    });
    afterAll(() => made?.close());

    test("are one to claim and one to verify it, and two to prune it, besides the pages of its readings", async () => {
      const under = await made.openEmpty();
      const start = Date.parse("2026-01-28T10:00:00.000Z");
      const readings = Array.from({ length: pageRows + 3 }, (_, number) =>
        buildReading(1, new Date(start + number).toISOString()),
      );
      await insert(under, readings);
      const proxy = await startTdsProxy(made.url);
      const database = await openMssql(proxy.url);
      onTestFinished(async () => {
        await database.close();
        await proxy.close();
      });
      const steps: Record<string, readonly MessageKind[]> = {};
      const counting = async <Result>(step: string, work: () => Promise<Result>) => {
        proxy.begin();
        const result = await work();
        steps[step] = [...proxy.messages];
        return result;
      };
      const catalog = sqlArchiveCatalog(database);
      await catalog.files();
      const tools = {
        catalog,
        objects: memoryObjectStore(),
        now: () => at,
        newId: () => "file",
        runId: "run",
        rowsPerFile: 100_000,
      };
      const claim = { key: "a", partition: hour("2026-01-28T10"), runId: tools.runId, at };
      const claimed = await counting("claim", () => catalog.claim(claim, tools.rowsPerFile));
      if (claimed === null) throw new Error("there are no readings");
      const { outcome } = await counting("finalize", () => finalizeFile(claimed, tools, { resumed: false }));
      if (outcome.kind !== "verified") throw new Error(`it is ${outcome.kind}`);
      const pruned = await counting("prune", () => pruneFile(outcome, tools));
      expect(pruned).toEqual({ kind: "pruned", rows: readings.length });
      expect(steps).toEqual({
        claim: ["rpc"],
        // The pruned files of the hour, two pages, and the change of the state.
        finalize: ["rpc", "rpc", "rpc", "rpc"],
        // The begin of the transaction with the first page, the second page, the deletion with the commit.
        prune: ["batch", "rpc", "batch"],
      });
    });
  },
);

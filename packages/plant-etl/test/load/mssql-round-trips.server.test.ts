import { migrate } from "@lmnh/plant-schema";
import { openMssql } from "@lmnh/plant-schema/mssql";
import { type MessageKind, startTdsProxy } from "@lmnh/testing/sql-server";
import { expect, test } from "vitest";
import { sqlPlantStore } from "../../src/load/sql-plant-store.js";
import { runEtl } from "../../src/run-etl.js";
import { lmnhTransform } from "../../src/transform/lmnh-transform.js";
import { fakeClock } from "../support/fake-clock.js";
import { frozenSource } from "../support/frozen-source.js";
import { describeOnMssql } from "../support/mssql-store.js";

describeOnMssql("runEtl round trips on SQL Server", (getDatabase) => {
  test("are seven, for 48 plants as for 900", async () => {
    const proxy = await startTdsProxy(getDatabase().url);
    for (const plants of [48, 900]) {
      const steps: Record<string, readonly MessageKind[]> = {};
      const counting = async <Result>(step: string, work: () => Promise<Result>) => {
        const before = proxy.messages.length;
        const result = await work();
        steps[step] = proxy.messages.slice(before);
        return result;
      };
      proxy.begin();
      const database = await counting("connect", () => openMssql(proxy.url));
      await counting("migrate", () => migrate(database));
      const store = sqlPlantStore(database);
      const report = await runEtl({
        source: frozenSource("2026-01-28T12:00:00.000", plants),
        transform: lmnhTransform(),
        clock: fakeClock(),
        runId: `run-of-${plants}`,
        store: {
          ...store,
          beginRun: (run) => counting("begin", () => store.beginRun(run)),
          load: (batch, run) => counting("load", () => store.load(batch, run)),
          finishRun: (done) => counting("finish", () => store.finishRun(done)),
        },
      });
      await database.close();
      expect(report.loaded + report.duplicates).toBe(plants);
      expect(steps).toEqual({
        connect: ["prelogin", "login", "batch"],
        migrate: ["rpc"],
        begin: ["rpc"],
        load: ["rpc"],
        finish: ["rpc"],
      });
      expect(proxy.messages).toHaveLength(7);
    }
    await proxy.close();
  });
});

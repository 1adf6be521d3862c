import { openMssql } from "@lmnh/plant-schema/mssql";
import { expect, test } from "vitest";
import { sqlPlantStore } from "../../src/load/sql-plant-store.js";
import { runEtl } from "../../src/run-etl.js";
import { readStoredState } from "../../src/testing/read-stored-state.js";
import { lmnhTransform } from "../../src/transform/lmnh-transform.js";
import { fakeClock } from "../support/fake-clock.js";
import { frozenSource } from "../support/frozen-source.js";
import { describeOnMssql } from "../support/mssql-store.js";

describeOnMssql("two concurrent runs", (getDatabase) => {
  test("store one row per plant, twenty times, without errors", async () => {
    const databases = [await openMssql(getDatabase().url), await openMssql(getDatabase().url)];
    for (let minute = 10; minute < 30; minute++) {
      const at = `2026-01-28T12:${minute}:00.000`;
      const reports = await Promise.all(
        databases.map((database, index) =>
          runEtl({
            source: frozenSource(at),
            transform: lmnhTransform(),
            store: sqlPlantStore(database),
            clock: fakeClock(`${at}Z`),
            runId: `${minute}-${index}`,
          }),
        ),
      );
      expect(reports.map(({ loaded }) => loaded).sort((a, b) => a - b)).toEqual([0, 48]);
      expect(reports.map(({ loaded, duplicates }) => loaded + duplicates)).toEqual([48, 48]);
      const { readings, plants } = await readStoredState(getDatabase().database);
      expect(readings.filter(({ recordingTaken }) => recordingTaken === `${at}Z`)).toHaveLength(48);
      expect(plants).toHaveLength(48);
    }
    for (const database of databases) await database.close();
  });
});

import { openMssql } from "@lmnh/plant-schema/mssql";
import { expect, test } from "vitest";
import { sqlPlantStore } from "../../src/load/sql-plant-store.js";
import { runEtl } from "../../src/run-etl.js";
import { readStoredState } from "../../src/testing/read-stored-state.js";
import { fakeClock } from "../helpers/fake-clock.js";
import { frozenMuseum } from "../helpers/frozen-museum.js";
import { describeOnMssql } from "../helpers/mssql-store.js";

describeOnMssql("two runs at one instant", (made) => {
  test("leave one row a plant, twenty times, and neither is told of the other", async () => {
    const databases = [await openMssql(made().url), await openMssql(made().url)];
    for (let minute = 10; minute < 30; minute++) {
      const at = `2026-01-28T12:${minute}:00.000`;
      const reports = await Promise.all(
        databases.map((database, index) =>
          runEtl({
            source: frozenMuseum(at),
            store: sqlPlantStore(database),
            clock: fakeClock(`${at}Z`),
            runId: `${minute}-${index}`,
          }),
        ),
      );
      expect(reports.map(({ loaded }) => loaded).sort((a, b) => a - b)).toEqual([0, 48]);
      expect(reports.map(({ loaded, duplicates }) => loaded + duplicates)).toEqual([48, 48]);
      const { readings, plants } = await readStoredState(made().database);
      expect(readings.filter(({ recordingTaken }) => recordingTaken === `${at}Z`)).toHaveLength(48);
      expect(plants).toHaveLength(48);
    }
    for (const database of databases) await database.close();
  });
});

import { assertEqual, type Closable, contractSuite, type TestRunner } from "@lmnh/plant-schema/testing";
import type { HabitStore } from "../ports.js";
import { buildProfile } from "./builders.js";

/** A store that a test of the contract has opened. */
export interface HabitStoreUnderTest extends Closable {
  /** A store with the plants 1, 2 and 3, and nothing else. */
  readonly store: HabitStore;
}

/** How the contract opens the store to test. */
export interface HabitStoreContractOptions {
  /** Name of the store, for the names of the tests. */
  readonly name: string;
  /** Opens a store without profiles, in which the plants 1, 2 and 3 exist. Called by each test. */
  readonly open: () => Promise<HabitStoreUnderTest>;
}

/** Declares a test of each rule of `HabitStore`. */
export function habitStoreContract(runner: TestRunner, { name, open }: HabitStoreContractOptions): void {
  contractSuite(runner, `${name}: contract of HabitStore`, open, ({ test }) => {
    test("profiles returns what saveProfiles stored, by plant and day, from a day on", async ({ store }) => {
      const saved = [
        buildProfile(2, "2026-03-01"),
        buildProfile(1, "2026-03-02", { waterings: [] }),
        buildProfile(1, "2026-03-01"),
      ];
      await store.saveProfiles(saved, "2026-01-01");
      assertEqual(await store.profiles("2026-03-01"), [saved[2], saved[1], saved[0]]);
      assertEqual(await store.profiles("2026-03-02"), [saved[1]]);
      assertEqual(await store.profiles("2026-03-03"), []);
    });

    test("saveProfiles replaces a profile of the same plant and day", async ({ store }) => {
      await store.saveProfiles([buildProfile(1, "2026-03-01"), buildProfile(2, "2026-03-01")], "2026-01-01");
      const newer = buildProfile(1, "2026-03-01", { waterings: [] });
      await store.saveProfiles([newer], "2026-01-01");
      assertEqual(await store.profiles("2026-03-01"), [newer, buildProfile(2, "2026-03-01")]);
    });

    test("saveProfiles deletes the days before the first one to keep", async ({ store }) => {
      await store.saveProfiles([buildProfile(1, "2026-02-01"), buildProfile(1, "2026-02-02")], "2026-01-01");
      await store.saveProfiles([], "2026-02-02");
      assertEqual(
        (await store.profiles("2026-01-01")).map(({ day }) => day),
        ["2026-02-02"],
      );
    });

    test("saveProfiles stores the days of many plants at once", async ({ store }) => {
      const days = Array.from({ length: 28 }, (_, day) => `2026-02-${String(day + 1).padStart(2, "0")}`);
      const saved = [1, 2, 3].flatMap((plantId) => days.map((day) => buildProfile(plantId, day)));
      await store.saveProfiles(saved, "2026-01-01");
      assertEqual(await store.profiles("2026-02-01"), saved);
    });
  });
}

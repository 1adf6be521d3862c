import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { HabitStore } from "../ports.js";
import { buildProfile } from "./builders.js";

export interface HabitStoreUnderTest {
  readonly store: HabitStore;
  /** Removes all profiles, and makes the plants 1, 2 and 3 exist. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export interface HabitStoreContractOptions {
  readonly name: string;
  readonly make: () => Promise<HabitStoreUnderTest>;
}

/** Declares tests of what every `HabitStore` does. */
export function habitStoreContract({ name, make }: HabitStoreContractOptions): void {
  describe(name, () => {
    let under: HabitStoreUnderTest;
    beforeAll(async () => {
      under = await make();
    });
    afterAll(() => under?.close());
    beforeEach(() => under.reset());

    test("profiles returns what saveProfiles stored, by plant and day, from a day on", async () => {
      const saved = [
        buildProfile(2, "2026-03-01"),
        buildProfile(1, "2026-03-02", { waterings: [] }),
        buildProfile(1, "2026-03-01"),
      ];
      await under.store.saveProfiles(saved, "2026-01-01");
      expect(await under.store.profiles("2026-03-01")).toEqual([saved[2], saved[1], saved[0]]);
      expect(await under.store.profiles("2026-03-02")).toEqual([saved[1]]);
      expect(await under.store.profiles("2026-03-03")).toEqual([]);
    });

    test("saveProfiles replaces a profile of the same plant and day", async () => {
      await under.store.saveProfiles(
        [buildProfile(1, "2026-03-01"), buildProfile(2, "2026-03-01")],
        "2026-01-01",
      );
      const newer = buildProfile(1, "2026-03-01", { waterings: [] });
      await under.store.saveProfiles([newer], "2026-01-01");
      expect(await under.store.profiles("2026-03-01")).toEqual([newer, buildProfile(2, "2026-03-01")]);
    });

    test("saveProfiles deletes the days before the first one to keep", async () => {
      await under.store.saveProfiles(
        [buildProfile(1, "2026-02-01"), buildProfile(1, "2026-02-02")],
        "2026-01-01",
      );
      await under.store.saveProfiles([], "2026-02-02");
      expect((await under.store.profiles("2026-01-01")).map(({ day }) => day)).toEqual(["2026-02-02"]);
    });

    test("saveProfiles stores the days of many plants at once", async () => {
      const days = Array.from({ length: 28 }, (_, day) => `2026-02-${String(day + 1).padStart(2, "0")}`);
      const saved = [1, 2, 3].flatMap((plantId) => days.map((day) => buildProfile(plantId, day)));
      await under.store.saveProfiles(saved, "2026-01-01");
      expect(await under.store.profiles("2026-02-01")).toEqual(saved);
    });
  });
}

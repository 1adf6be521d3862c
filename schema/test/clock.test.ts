import { PlantSchemaError, randomId, retryTransaction, systemClock, systemRandom } from "@lmnh/plant-schema";
import { describe, expect, test } from "vitest";

describe("systemClock", () => {
  test("now is the time of the machine", () => {
    const before = Date.now();
    const now = systemClock.now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  test("sleep resolves after the time", async () => {
    const { signal } = new AbortController();
    await systemClock.sleep(1);
    await systemClock.sleep(1, signal);
  });

  test("sleep rejects with the reason of a signal that aborts before or meanwhile", async () => {
    const reason = new Error("stopped");
    await expect(systemClock.sleep(3_600_000, AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const sleeping = systemClock.sleep(3_600_000, controller.signal);
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
  });
});

test("systemRandom is from 0 to 1 and randomId a UUID", () => {
  const value = systemRandom();
  expect(value >= 0 && value < 1).toBe(true);
  expect(randomId()).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
});

test("retryTransaction needs no options", async () => {
  let attempts = 0;
  const result = await retryTransaction(async (attempt) => {
    attempts = attempt;
    if (attempt === 1) throw new PlantSchemaError("DATABASE_BUSY", "retry", "The database is locked.");
    return "done";
  });
  expect([result, attempts]).toEqual(["done", 2]);
});

import { expect, test } from "vitest";
import { createWorkerSlot } from "../../src/extract/worker-slot.js";

test("one request after another uses the same signal, a hundred of them", () => {
  const slot = createWorkerSlot();
  const signals = Array.from({ length: 250 }, () => slot.signal());
  expect(signals.map((signal) => [...new Set(signals)].indexOf(signal))).toEqual(
    Array.from({ length: 250 }, (_, use) => Math.floor(use / 100)),
  );
});

test("an abort is of the request under way, not of the next one", () => {
  const slot = createWorkerSlot();
  const given = slot.signal();
  slot.abort();
  expect(given.aborted).toBe(true);
  expect(slot.signal().aborted).toBe(false);
  expect(slot.stopped).toBe(false);
});

test("a stop is of the request under way and of every later one", () => {
  const slot = createWorkerSlot();
  const given = slot.signal();
  slot.stop();
  expect(given.aborted).toBe(true);
  expect(slot.signal().aborted).toBe(true);
  expect(slot.stopped).toBe(true);
});

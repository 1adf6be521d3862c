import { expect, test } from "vitest";
import { createWorkerSlot } from "../../src/extract/worker-slot.js";

test("signal returns the same signal for a hundred requests", () => {
  const slot = createWorkerSlot();
  const signals = Array.from({ length: 250 }, () => slot.signal());
  expect(signals.map((signal) => [...new Set(signals)].indexOf(signal))).toEqual(
    Array.from({ length: 250 }, (_, use) => Math.floor(use / 100)),
  );
});

test("abort aborts the request in progress, not the next one", () => {
  const slot = createWorkerSlot();
  const signal = slot.signal();
  slot.abort();
  expect(signal.aborted).toBe(true);
  expect(slot.signal().aborted).toBe(false);
  expect(slot.stopped).toBe(false);
});

test("stop aborts the request in progress and every later one", () => {
  const slot = createWorkerSlot();
  const signal = slot.signal();
  slot.stop();
  expect(signal.aborted).toBe(true);
  expect(slot.signal().aborted).toBe(true);
  expect(slot.stopped).toBe(true);
});

import { expect, test } from "vitest";
import { makePlace } from "../src/extract/place.js";

test("one request after another uses the same signal, a hundred of them", () => {
  const place = makePlace();
  const signals = Array.from({ length: 250 }, () => place.signal());
  expect(signals.map((signal) => [...new Set(signals)].indexOf(signal))).toEqual(
    Array.from({ length: 250 }, (_, use) => Math.floor(use / 100)),
  );
});

test("an abort is of the request under way, not of the next one", () => {
  const place = makePlace();
  const given = place.signal();
  place.abort();
  expect(given.aborted).toBe(true);
  expect(place.signal().aborted).toBe(false);
  expect(place.stopped).toBe(false);
});

test("a stop is of the request under way and of every later one", () => {
  const place = makePlace();
  const given = place.signal();
  place.stop();
  expect(given.aborted).toBe(true);
  expect(place.signal().aborted).toBe(true);
  expect(place.stopped).toBe(true);
});

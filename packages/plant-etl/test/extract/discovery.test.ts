import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Discovery,
  type DiscoveryOptions,
  type Finding,
  startDiscovery,
} from "../../src/extract/discovery.js";

/** The rule in its plainest form: one id after the other. Returns the last id that has to be asked. */
function lastNeeded(world: (id: number) => Finding, options: DiscoveryOptions): number {
  const { from, upTo, stopAfter, prefetch } = options;
  let missing = 0;
  let unclear = 0;
  for (let id = from; id <= upTo; id++) {
    const finding = world(id);
    if (finding === "plant") missing = 0;
    if (finding === "missing") missing++;
    unclear = finding === "unclear" ? unclear + 1 : 0;
    if (missing === stopAfter || unclear === stopAfter + prefetch) return id;
  }
  return upTo;
}

/** Asks as many at once as may be, and answers them in an order that `pick` chooses. */
function walk(
  world: (id: number) => Finding,
  options: DiscoveryOptions,
  pick: (waiting: number) => number,
  discovery: Discovery = startDiscovery(options),
): number[] {
  const requested: number[] = [];
  const waiting: number[] = [];
  for (;;) {
    for (let id = discovery.next(); id !== undefined; id = discovery.next()) {
      requested.push(id);
      waiting.push(id);
      if (waiting.length === options.prefetch) break;
    }
    const [id] = waiting.splice(pick(waiting.length), 1);
    if (id === undefined) return requested;
    discovery.complete(id, world(id));
  }
}

const inOrder = () => 0;
const missingFrom = (first: number) => (id: number) =>
  id < first ? ("plant" as const) : ("missing" as const);

describe("discovery", () => {
  it("asks exactly what is needed when one is asked at a time", () => {
    const options = { from: 1, upTo: 1000, stopAfter: 5, prefetch: 1 };
    const discovery = startDiscovery(options);
    const requested: number[] = [];
    for (let id = discovery.next(); id !== undefined; id = discovery.next()) {
      requested.push(id);
      discovery.complete(id, missingFrom(51)(id));
    }
    expect(requested).toEqual(Array.from({ length: 55 }, (_, index) => index + 1));
  });

  it("walks over gaps that are shorter than the stop", () => {
    const world = (id: number) => (id % 5 === 0 && id <= 50 ? ("plant" as const) : ("missing" as const));
    const requested = walk(world, { from: 0, upTo: 1000, stopAfter: 5, prefetch: 1 }, inOrder);
    expect(Math.max(...requested)).toBeGreaterThanOrEqual(55);
    expect(Math.max(...requested)).toBeLessThanOrEqual(56);
  });

  it("takes a sensor fault neither for a plant nor for a missing one", () => {
    const world = (id: number) => (id === 3 ? ("unclear" as const) : ("missing" as const));
    const requested = walk(world, { from: 1, upTo: 1000, stopAfter: 4, prefetch: 1 }, inOrder);
    expect(lastNeeded(world, { from: 1, upTo: 1000, stopAfter: 4, prefetch: 1 })).toBe(5);
    expect(requested).toEqual(expect.arrayContaining([1, 2, 3, 4, 5]));
  });

  it("ends when nothing clear comes any more, long before the last id", () => {
    const requested = walk(
      () => "unclear",
      { from: 1, upTo: 1_000_000, stopAfter: 10, prefetch: 8 },
      inOrder,
    );
    expect(requested.length).toBeLessThanOrEqual(18 + 18);
  });

  it("never asks past the last id", () => {
    const requested = walk(() => "plant", { from: 5, upTo: 9, stopAfter: 3, prefetch: 4 }, inOrder);
    expect(requested).toEqual([5, 6, 7, 8, 9]);
  });

  it("asks each id that a walk one by one would ask, each once and in order, and few beyond", () => {
    const finding = fc.constantFrom<Finding>("plant", "missing", "missing", "unclear");
    fc.assert(
      fc.property(
        fc.array(finding, { maxLength: 60 }),
        fc.record({
          from: fc.nat({ max: 20 }),
          upTo: fc.integer({ min: 20, max: 100 }),
          stopAfter: fc.integer({ min: 1, max: 8 }),
          prefetch: fc.integer({ min: 1, max: 10 }),
        }),
        fc.infiniteStream(fc.nat()),
        (findings, options, picks) => {
          const world = (id: number): Finding => findings[id - options.from] ?? "missing";
          const discovery = startDiscovery(options);
          const pick = (waiting: number) => (waiting === 0 ? 0 : (picks.next().value ?? 0) % waiting);
          const requested = walk(world, options, pick, discovery);
          const last = lastNeeded(world, options);
          const { from, upTo, stopAfter, prefetch } = options;
          expect(requested).toEqual(requested.map((_, index) => from + index));
          expect(requested.at(-1)).toBeGreaterThanOrEqual(last);
          expect(requested.at(-1)).toBeLessThanOrEqual(upTo);
          expect(requested.filter(discovery.isNeeded).at(-1)).toBe(last);
          const brokenOff = world(last) === "unclear";
          expect(requested.at(-1)).toBeLessThanOrEqual(last + prefetch + (brokenOff ? stopAfter : 0));
        },
      ),
    );
  });
});

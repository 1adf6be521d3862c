import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Discovery,
  type DiscoveryOptions,
  type Finding,
  startDiscovery,
} from "../../src/extract/discovery.js";

/** The reference implementation, one id after the other. Returns the last id that is needed. */
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

/** Keeps `prefetch` requests in progress, and completes them in the order of `pick`. */
function discover(
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

describe("startDiscovery", () => {
  it("requests exactly the needed ids one at a time", () => {
    const options = { from: 1, upTo: 1000, stopAfter: 5, prefetch: 1 };
    const discovery = startDiscovery(options);
    const requested: number[] = [];
    for (let id = discovery.next(); id !== undefined; id = discovery.next()) {
      requested.push(id);
      discovery.complete(id, missingFrom(51)(id));
    }
    expect(requested).toEqual(Array.from({ length: 55 }, (_, index) => index + 1));
  });

  it("continues over gaps that are shorter than stopAfter", () => {
    const world = (id: number) => (id % 5 === 0 && id <= 50 ? ("plant" as const) : ("missing" as const));
    const requested = discover(world, { from: 0, upTo: 1000, stopAfter: 5, prefetch: 1 }, inOrder);
    expect(Math.max(...requested)).toBeGreaterThanOrEqual(55);
    expect(Math.max(...requested)).toBeLessThanOrEqual(56);
  });

  it("counts a sensor fault neither as a plant nor as missing", () => {
    const world = (id: number) => (id === 3 ? ("unclear" as const) : ("missing" as const));
    const requested = discover(world, { from: 1, upTo: 1000, stopAfter: 4, prefetch: 1 }, inOrder);
    expect(lastNeeded(world, { from: 1, upTo: 1000, stopAfter: 4, prefetch: 1 })).toBe(5);
    expect(requested).toEqual(expect.arrayContaining([1, 2, 3, 4, 5]));
  });

  it("ends early when all findings are unclear", () => {
    const requested = discover(
      () => "unclear",
      { from: 1, upTo: 1_000_000, stopAfter: 10, prefetch: 8 },
      inOrder,
    );
    expect(requested.length).toBeLessThanOrEqual(18 + 18);
  });

  it("requests nothing beyond upTo", () => {
    const requested = discover(() => "plant", { from: 5, upTo: 9, stopAfter: 3, prefetch: 4 }, inOrder);
    expect(requested).toEqual([5, 6, 7, 8, 9]);
  });

  it("requests the ids of the reference implementation, each once and in order, and at most `prefetch` more", () => {
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
          const requested = discover(world, options, pick, discovery);
          const last = lastNeeded(world, options);
          const { from, upTo, stopAfter, prefetch } = options;
          expect(requested).toEqual(requested.map((_, index) => from + index));
          expect(requested.at(-1)).toBeGreaterThanOrEqual(last);
          expect(requested.at(-1)).toBeLessThanOrEqual(upTo);
          expect(requested.filter(discovery.isNeeded).at(-1)).toBe(last);
          const endedUnclear = world(last) === "unclear";
          expect(requested.at(-1)).toBeLessThanOrEqual(last + prefetch + (endedUnclear ? stopAfter : 0));
        },
      ),
    );
  });
});

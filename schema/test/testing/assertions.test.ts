import { expect, test } from "vitest";
import { assertEqual, assertMatches, rejectionOf } from "../../src/testing/assertions.js";

test("assertEqual compares values, not prototypes and properties that are undefined", () => {
  class Row {
    id = 1;
    name = undefined;
  }
  assertEqual([new Row()], [{ id: 1 }]);
  expect(() => assertEqual([new Row()], [{ id: 2 }])).toThrow();
  expect(() => assertEqual({ id: 1, name: null }, { id: 1 })).toThrow();
  expect(() => assertEqual({ id: 1 }, { id: 1, name: "x" })).toThrow();
  expect(() => assertEqual(0, -0)).toThrow();
  expect(() => assertEqual(new Set([1]), new Set([2]))).toThrow();
  expect(() => assertEqual(new Date(1), new Date(2))).toThrow();
});

test("assertMatches accepts additional properties, and texts that match an expression", () => {
  const error = Object.assign(new Error("a is a copy of b"), { code: "CONFLICT" });
  assertMatches(error, { code: "CONFLICT", message: /copy of/ });
  assertMatches([{ a: 1, b: [{ c: 2, d: 3 }] }], [{ b: [{ c: 2 }] }]);
  expect(() => assertMatches(error, { message: /other/ })).toThrow();
  expect(() => assertMatches([1, 2], [1])).toThrow();
  expect(() => assertMatches({ a: { b: 1 } }, { a: { b: 2 } })).toThrow();
  expect(() => assertMatches({}, { a: null })).toThrow();
  expect(() => assertMatches(null, {})).toThrow();
  expect(() => assertMatches(undefined, [])).toThrow();
});

test("rejectionOf returns the error, and rejects if the promise is fulfilled", async () => {
  const error = new Error("no");
  expect(await rejectionOf(Promise.reject(error))).toBe(error);
  await expect(rejectionOf(Promise.resolve(1))).rejects.toThrow("should have been rejected");
});

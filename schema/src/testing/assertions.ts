import assert from "node:assert/strict";

/** As `assert.deepEqual`, whatever the prototypes; a property that is `undefined` equals a missing one. */
export function assertEqual(actual: unknown, expected: unknown): void {
  assert.deepEqual(plain(actual), plain(expected));
}

/**
 * Asserts that an object has at least the expected properties, at any depth. Lists must have the same length. A text
 * matches an expected regular expression.
 */
export function assertMatches(actual: unknown, expected: unknown): void {
  const wanted = plain(expected);
  assert.deepEqual(like(actual, wanted), wanted);
}

/** The error with which a promise rejects; throws an AssertionError if the promise is fulfilled. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  const value = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ("error" in value) return value.error;
  assert.fail("the promise should have been rejected");
}

/** Whether a value is an object with properties alone: no list, expression, set or error. */
function isRecord(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === "[object Object]";
}

/** A copy with plain objects, without properties that are `undefined`. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, plain(item)]));
}

/** The part of a value that is expected, so that a failure shows only that. */
function like(actual: unknown, expected: unknown): unknown {
  if (expected instanceof RegExp)
    return typeof actual === "string" && expected.test(actual) ? expected : actual;
  if (Array.isArray(expected))
    return Array.isArray(actual) && actual.length === expected.length
      ? expected.map((item, index) => like(actual[index], item))
      : plain(actual);
  if (!isRecord(expected) || typeof actual !== "object" || actual === null) return plain(actual);
  const present = Object.entries(expected).filter(([key]) => key in actual);
  return Object.fromEntries(
    present.map(([key, item]) => [key, like((actual as Record<string, unknown>)[key], item)]),
  );
}

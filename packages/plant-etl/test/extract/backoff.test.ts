import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRetryAfter, retryDelayMs } from "../../src/extract/backoff.js";
import type { AttemptResult } from "../../src/extract/send-request.js";

const settings = { attempts: 4, baseDelayMs: 500, maxDelayMs: 8000, maxRetryAfterMs: 30_000 };
const now = Date.parse("2026-03-01T12:00:00.000Z");

const status = (code: number, retryAfter: string | null = null): AttemptResult => ({
  kind: "received",
  status: code,
  body: "",
  cut: false,
  retryAfter,
});
const failure = (code: Extract<AttemptResult, { kind: "failed" }>["code"]): AttemptResult => ({
  kind: "failed",
  code,
  message: "",
  unreachable: false,
});

describe("retryDelayMs", () => {
  it.each([408, 425, 429, 500, 502, 503, 504, 599])("is defined after %i", (code) => {
    expect(retryDelayMs(status(code), 1, settings, now, () => 0.5)).toBe(250);
  });

  it.each([200, 201, 204, 304, 400, 401, 403, 404, 410])("is undefined after %i", (code) => {
    expect(retryDelayMs(status(code), 1, settings, now, () => 0.5)).toBeUndefined();
  });

  it("is defined after time-outs and network errors, but not after redirects or an abort", () => {
    expect(retryDelayMs(failure("timeout"), 1, settings, now, () => 0.5)).toBe(250);
    expect(retryDelayMs(failure("network"), 1, settings, now, () => 0.5)).toBe(250);
    expect(retryDelayMs(failure("redirect"), 1, settings, now, () => 0.5)).toBeUndefined();
    expect(retryDelayMs(failure("aborted"), 1, settings, now, () => 0.5)).toBeUndefined();
  });

  it("is defined three times with four attempts", () => {
    expect(retryDelayMs(status(503), 3, settings, now, () => 0.5)).toBe(1000);
    expect(retryDelayMs(status(503), 4, settings, now, () => 0.5)).toBeUndefined();
  });

  it("is a random part of a delay that doubles up to maxDelayMs", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 99 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempts, random) => {
          const span = Math.min(8000, 500 * 2 ** (attempts - 1));
          const delay = retryDelayMs(
            status(503),
            attempts,
            { ...settings, attempts: 100 },
            now,
            () => random,
          );
          expect(delay).toBe(Math.round(random * span));
        },
      ),
    );
  });

  it("is at least Retry-After, in seconds or as a date", () => {
    expect(retryDelayMs(status(429, "7"), 1, settings, now, () => 0)).toBe(7000);
    expect(retryDelayMs(status(429, "Sun, 01 Mar 2026 12:00:09 GMT"), 1, settings, now, () => 0)).toBe(9000);
    expect(retryDelayMs(status(503, "3"), 1, settings, now, () => 0)).toBe(3000);
  });

  it("is undefined if Retry-After exceeds maxRetryAfterMs", () => {
    expect(retryDelayMs(status(429, "30"), 1, settings, now, () => 0)).toBe(30_000);
    expect(retryDelayMs(status(429, "31"), 1, settings, now, () => 0)).toBeUndefined();
    expect(
      retryDelayMs(status(429, "Sun, 01 Mar 2026 13:00:00 GMT"), 1, settings, now, () => 0),
    ).toBeUndefined();
  });
});

describe("parseRetryAfter", () => {
  it.each([
    ["0", 0],
    [" 120 ", 120_000],
    ["Sunday, 01-Mar-26 12:00:01 GMT", 1000],
    ["Sun, 01 Mar 2026 11:00:00 GMT", 0],
    ["soon", 0],
    ["-5", 0],
    ["1.5", 0],
    ["2099", 2_099_000],
    ["2099-01-01", 0],
    ["", 0],
    [null, 0],
  ])("returns for %j %i milliseconds", (header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected);
  });

  it("returns a number of 0 or more for any text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseRetryAfter(text, now)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

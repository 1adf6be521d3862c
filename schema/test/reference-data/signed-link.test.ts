import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { signedUrlRenewalTime, urlWithoutQuery } from "../../src/reference-data/signed-link.js";

describe("signedUrlRenewalTime", () => {
  test.each([
    ["X-Amz-Date=20260126T091505Z&X-Amz-Expires=3600", "2026-01-26T10:00:05.000Z"],
    ["x-amz-expires=86400&v=2&x-amz-date=20260126T091505Z#part", "2026-01-27T03:15:05.000Z"],
    ["X-Goog-Date=20251231T235959Z&X-Goog-Expires=4", "2026-01-01T00:00:02.000Z"],
  ])("is when three quarters of the validity of ?%s are over", (query, expected) =>
    expect(signedUrlRenewalTime(`https://s3.example.com/a.jpg?${query}`)).toBe(expected),
  );

  test.each([
    "v=2",
    "X-Amz-Date=20260126T091505Z",
    "X-Amz-Expires=60",
    "X-Amz-Date=2026&X-Amz-Expires=60",
    "X-Amz-Date=99999999T999999Z&X-Amz-Expires=60",
    "X-Amz-Date=20260231T000000Z&X-Amz-Expires=60",
    "X-Amz-Date=20260126T091505Z&X-Amz-Expires=604801",
    "X-Amz-Date=17521231T235900Z&X-Amz-Expires=60",
    "X-Amz-Date=99991231T235959Z&X-Amz-Expires=604800",
  ])("is null for ?%s", (query) =>
    expect(signedUrlRenewalTime(`https://s3.example.com/a.jpg?${query}`)).toBeNull(),
  );

  test("is within the range of both databases for every link", () => {
    const digits = fc.stringMatching(/^\d{8}T\d{6}$/);
    fc.assert(
      fc.property(digits, fc.nat({ max: 999_999 }), (date, seconds) => {
        const time = signedUrlRenewalTime(`https://h/a.jpg?X-Amz-Date=${date}Z&X-Amz-Expires=${seconds}`);
        if (time === null) return;
        expect(time).toMatch(/^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        expect(time >= "1753").toBe(true);
      }),
    );
  });
});

test("urlWithoutQuery returns a link without its query", () => {
  expect(urlWithoutQuery("https://h/a.jpg?X-Amz-Date=1&v=2")).toBe("https://h/a.jpg");
  expect(urlWithoutQuery("https://h/a.jpg")).toBe("https://h/a.jpg");
});

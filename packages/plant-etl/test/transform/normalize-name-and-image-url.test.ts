import { fc, test as property } from "@lmnh/testing/property";
import { expect, test } from "vitest";
import { normalizeImageUrl, normalizePageUrl } from "../../src/transform/normalize-image-url.js";
import { normalizeName } from "../../src/transform/normalize-name.js";

test.each([
  "Canna ‘Striata’",
  "Dragon tree,",
  "Bird of paradise",
  "Bird of Paradise",
  "Heliconia schiedeana 'Fire and Ice'",
  "Irma Ortiz Jr.",
  "Darin Friesen-Stark MD",
])("normalizeName keeps %s", (name) => expect(normalizeName(name)).toBe(name));

test("normalizeName normalizes white space", () => {
  expect(normalizeName("  Aloe\u00a0\u200b  Vera\n")).toBe("Aloe Vera");
  expect(normalizeName(" \t ")).toBeNull();
});

property("normalizeName is idempotent", [fc.string({ unit: "binary" })], (text) => {
  const once = normalizeName(text);
  expect(once === null ? null : normalizeName(once)).toBe(once);
});

test("normalizeImageUrl keeps the URL of a picture", () => {
  expect(normalizeImageUrl("https://example.org/storage/aloe.jpg?size=2")).toBe(
    "https://example.org/storage/aloe.jpg?size=2",
  );
});

test.each([
  "https://perenual.com/storage/image/upgrade_access.jpg",
  "https://s3.example.com/perenual/image/upgrade_access.jpg?X-Amz-Expires=3600&X-Amz-Signature=ab",
])("normalizeImageUrl returns null for the placeholder %s", (url) =>
  expect(normalizeImageUrl(url)).toBeNull(),
);

const presigned =
  "https://s3.example.com/aloe.jpg?X-Amz-Date=20260126T151102Z&X-Amz-Expires=86400&X-Amz-Signature=aa&v=3";

test("normalizeImageUrl keeps the signature of a presigned URL, normalizePageUrl removes it", () => {
  expect(normalizeImageUrl(presigned)).toBe(presigned);
  expect(normalizeImageUrl(presigned.replaceAll("X-Amz", "X-Goog"))).toBe(
    presigned.replaceAll("X-Amz", "X-Goog"),
  );
  expect(normalizePageUrl(presigned)).toBe("https://s3.example.com/aloe.jpg?v=3");
});

test.each([
  ["does not say when it ends", presigned.replace("86400", "soon")],
  ["has no signing time", presigned.replace("20260126T151102Z", "today")],
  ["is longer than 1,000 characters", presigned.replace("=aa", `=${"a".repeat(1000)}`)],
])("normalizeImageUrl removes the signature of a URL that %s", (_what, url) =>
  expect(normalizeImageUrl(url)).toBe("https://s3.example.com/aloe.jpg?v=3"),
);

const parameters = fc.array(fc.stringMatching(/^[a-wyz0-9]{1,3}(=[a-z0-9%.-]{0,3})?$/), { maxLength: 3 });
const signature = fc.array(fc.stringMatching(/^(X-Amz|x-amz)-[A-Za-z]{1,5}=[A-Za-z0-9%]{0,5}$/), {
  minLength: 1,
  maxLength: 3,
});

property(
  "normalizePageUrl removes a signature at any position of the query",
  [parameters, signature, parameters, fc.constantFrom("", "#part")],
  (before, signed, after, fragment) => {
    const address = (query: readonly string[]) =>
      `https://s3.example.com/aloe.jpg${query.length === 0 ? "" : `?${query.join("&")}`}${fragment}`;
    expect(normalizeImageUrl(address([...before, ...signed, ...after]))).toBe(
      normalizeImageUrl(address([...before, ...after])),
    );
    expect(normalizeImageUrl(address([...before, ...after]))).toBe(
      new URL(address([...before, ...after])).href,
    );
  },
);

test.each(["", "aloe.jpg", "ftp://example.org/a.jpg", "javascript:alert(1)"])(
  "normalizeImageUrl returns undefined for %j",
  (url) => expect(normalizeImageUrl(url)).toBeUndefined(),
);

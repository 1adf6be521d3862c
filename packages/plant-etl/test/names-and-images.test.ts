import { expect, test } from "vitest";
import { pictureUrl } from "../src/transform/images.js";
import { tidyName } from "../src/transform/names.js";
import { fc, test as property } from "./helpers/property.js";

test.each([
  "Canna ‘Striata’",
  "Dragon tree,",
  "Bird of paradise",
  "Bird of Paradise",
  "Heliconia schiedeana 'Fire and Ice'",
  "Irma Ortiz Jr.",
  "Darin Friesen-Stark MD",
])("%s is as its curator wrote it", (name) => expect(tidyName(name)).toBe(name));

test("spacing is mended", () => {
  expect(tidyName("  Aloe\u00a0\u200b  Vera\n")).toBe("Aloe Vera");
  expect(tidyName(" \t ")).toBeNull();
});

property("a tidy name stays as it is", [fc.string({ unit: "binary" })], (text) => {
  const once = tidyName(text);
  expect(once === null ? null : tidyName(once)).toBe(once);
});

test("a picture's address is kept", () => {
  expect(pictureUrl("https://example.org/storage/aloe.jpg?size=2")).toBe(
    "https://example.org/storage/aloe.jpg?size=2",
  );
});

test.each([
  "https://perenual.com/storage/image/upgrade_access.jpg",
  "https://s3.example.com/perenual/image/upgrade_access.jpg?X-Amz-Expires=3600&X-Amz-Signature=ab",
])("the provider's placeholder %s is no picture", (url) => expect(pictureUrl(url)).toBeNull());

test("the signature of a presigned link, new in every answer, is no part of the address", () => {
  const first = pictureUrl(
    "https://s3.example.com/aloe.jpg?X-Amz-Date=20260126T151102Z&X-Amz-Signature=aa&v=3",
  );
  const second = pictureUrl(
    "https://s3.example.com/aloe.jpg?X-Amz-Date=20260126T151202Z&X-Amz-Signature=bb&v=3",
  );
  expect(first).toBe("https://s3.example.com/aloe.jpg?v=3");
  expect(second).toBe(first);
});

test.each(["", "aloe.jpg", "ftp://example.org/a.jpg", "javascript:alert(1)"])(
  "%j is no picture's address",
  (url) => expect(pictureUrl(url)).toBeUndefined(),
);

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writePage } from "../../src/files/write-page.js";
import { makeFolder } from "../support/folder.js";

const page = "<!doctype html><p>new";

test.each(["", page, "\ufeff\r\n <!DOCTYPE HTML><p>old"])("writePage replaces %j", (before) => {
  const file = join(makeFolder(), "page.html");
  writeFileSync(file, before);
  writePage(file, page);
  expect(readFileSync(file, "utf8")).toBe(page);
});

test.each([" ", "<p>notes", "a <!doctype html>", "SQLite format 3\0", "{}"])(
  "writePage keeps a file with %j",
  (before) => {
    const file = join(makeFolder(), "page.html");
    writeFileSync(file, before);
    expect(() => writePage(file, page)).toThrow(`${file} exists and is not an HTML page. Name another file.`);
    expect(readFileSync(file, "utf8")).toBe(before);
  },
);

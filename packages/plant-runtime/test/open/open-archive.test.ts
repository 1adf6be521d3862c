import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { archiveExists, openArchive } from "../../src/open/open-archive.js";
import { directoryArchive } from "../../src/resolve-archive.js";

const newId = () => "1";

function temporaryArchive(...path: string[]) {
  const folder = mkdtempSync(join(tmpdir(), "plant-open-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const directory = join(folder, ...path);
  return { directory, archive: directoryArchive(directory) };
}

async function* chunks(value: string) {
  yield Buffer.from(value);
}

test("openArchive creates a missing folder with the first write only", async () => {
  const { directory, archive } = temporaryArchive("archive");
  const objects = await openArchive(archive, { newId, missingFolder: "create" });
  expect(await objects.head("a")).toBeNull();
  expect(existsSync(directory)).toBe(false);
  await objects.put("a", chunks("x"));
  expect(existsSync(join(directory, "a"))).toBe(true);
  expect(await objects.head("a")).toMatchObject({ bytes: 1 });
});

test("openArchive takes a missing folder as empty, or refuses it", async () => {
  const { directory, archive } = temporaryArchive("archive");
  const objects = await openArchive(archive, { newId, missingFolder: "empty" });
  expect(await objects.head("a")).toBeNull();
  await expect(openArchive(archive, { newId, missingFolder: "refuse" })).rejects.toMatchObject({
    message: expect.stringMatching(/does not exist.*--archive$/),
  });
  expect(existsSync(directory)).toBe(false);
});

test("archiveExists refuses a missing parent and a file in place of the folder", () => {
  expect(() => archiveExists(temporaryArchive("missing", "archive").archive)).toThrow(/mkdir -p/);
  const { directory, archive } = temporaryArchive("archive");
  writeFileSync(directory, "");
  expect(() => archiveExists(archive)).toThrow(/is a file, not a folder/);
});

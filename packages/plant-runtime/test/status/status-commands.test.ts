import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { recoverDatabase } from "../../src/status/status-commands.js";
import { known, nowMs, wellFacts } from "./facts.js";

describe.skipIf(process.platform === "win32")("recoverDatabase moves the files of the database away", () => {
  test.each([
    ["only the log existed, and exists", ["plants.db-wal"], ["plants.db-wal"]],
    ["SQLite has deleted its log since", ["plants.db", "plants.db-wal", "plants.db-shm"], ["plants.db"]],
    ["SQLite has created its log since", ["plants.db"], ["plants.db", "plants.db-wal", "plants.db-shm"]],
  ])("where %s", (_name, printedWith, typedWith) => {
    const folder = mkdtempSync(join(tmpdir(), "plant-recover-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "plants.db");
    const existing = printedWith.map((name) => join(folder, name));
    const databaseFiles = known({ path, folder, isFolderMissing: false, existing, isEmpty: false });
    const line = recoverDatabase(wellFacts({ databaseFiles }), {}, nowMs) ?? "";
    for (const name of typedWith) writeFileSync(join(folder, name), name);
    expect(spawnSync("sh", ["-c", line.split(" && plant ")[0] ?? ""], { encoding: "utf8" })).toMatchObject({
      status: 0,
      stderr: "",
    });
    const [kept = "", ...others] = readdirSync(folder);
    expect(others).toEqual([]);
    expect(readdirSync(join(folder, kept))).toEqual(expect.arrayContaining(typedWith));
  });
});

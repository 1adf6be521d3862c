import { cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { makeFolder } from "../support/folder.js";
import { countIn } from "../support/museum.js";
import { plant } from "../support/plant.js";

const shippedSeed = join(dirname(fileURLToPath(import.meta.resolve("@lmnh/plant-schema"))), "../seed");

/** A folder with a copy of the shipped seed in `seed/`. */
function folderWithSeed(): string {
  const cwd = makeFolder();
  cpSync(shippedSeed, join(cwd, "seed"), { recursive: true });
  return cwd;
}

describe("plant migrate", () => {
  test("creates the database, prints the applied migrations, and applies none the second time", async () => {
    const cwd = makeFolder();
    const first = await plant(["migrate"], { cwd });
    expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(/is migrated\n {2}applied 0001/) });
    const second = await plant(["migrate"], { cwd });
    expect(second).toMatchObject({ code: 0, stdout: "sqlite:plant-data/plants.db is up to date\n" });
  });

  test("--vacuum rewrites the file, and --json has its size before and after", async () => {
    const cwd = makeFolder();
    await plant(["migrate"], { cwd });
    const { code, stdout } = await plant(["migrate", "--vacuum", "--json"], { cwd });
    expect(code).toBe(0);
    const { vacuumed } = JSON.parse(stdout) as { vacuumed: { bytesBefore: number; bytesAfter: number } };
    expect(vacuumed.bytesAfter).toBeLessThanOrEqual(vacuumed.bytesBefore);
    expect(statSync(join(cwd, "plant-data/plants.db")).size).toBe(vacuumed.bytesAfter);
  });

  test("loads a seed, twice with the same result, and prints one JSON document with --json", async () => {
    const cwd = folderWithSeed();
    const counts = [];
    for (const _ of [1, 2]) {
      const { code, stdout } = await plant(["migrate", "--seed", "seed", "--json"], { cwd });
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ quarantined: [], seeded: { plants: expect.any(Number) } });
      counts.push(countIn(join(cwd, "plant-data/plants.db"), "SELECT count(*) FROM plant"));
    }
    expect(counts[0]).toBeGreaterThan(40);
    expect(counts[1]).toBe(counts[0]);
  });

  test("loads nothing of a seed with issues, prints file and line of each, and exits with 65", async () => {
    const cwd = folderWithSeed();
    const file = join(cwd, "seed/plants.csv");
    writeFileSync(file, `${readFileSync(file, "utf8").trimEnd()}\nx,Weed,,999999,,,,\n`);
    const { code, stderr } = await plant(["migrate", "--seed", "seed"], { cwd });
    expect(code).toBe(65);
    expect(stderr).toMatch(/^error: plants\.csv line \d+, plant_id: "x" must be a whole number/m);
    expect(existsSync(join(cwd, "plant-data/plants.db"))).toBe(false);
  });

  test("loads a seed in UTF-16 with a byte order mark, and rejects one in Windows-1252 with the line number", async () => {
    const cwd = folderWithSeed();
    const file = join(cwd, "seed/botanists.csv");
    const csv = readFileSync(file, "utf8").replace("Ottilie Brandreth", "Ottilie Bront\u00eb");
    expect(csv).toContain("\u00eb");
    writeFileSync(file, Buffer.from(`\ufeff${csv}`, "utf16le"));
    expect((await plant(["migrate", "--seed", "seed"], { cwd })).code).toBe(0);
    const query = "SELECT count(*) FROM botanist WHERE name LIKE '%Bront\u00eb%'";
    expect(countIn(join(cwd, "plant-data/plants.db"), query)).toBe(1);

    writeFileSync(file, Buffer.from(csv, "latin1"));
    const line = csv.slice(0, csv.indexOf("\u00eb")).split("\n").length;
    const { code, stderr } = await plant(["migrate", "--seed", "seed"], { cwd });
    expect(code).toBe(65);
    expect(stderr).toContain(`botanists.csv line ${line}: the file is not valid utf-8: byte 0xeb at offset`);
  });

  test("pluralizes the number of issues of a seed", async () => {
    for (const [rows, message] of [
      ["x,one,,4,12,,,\n", "Correct this issue and run again."],
      ["x,one,,4,12,,,\ny,two,,4,12,,,\n", "Correct these 2 issues and run again."],
    ] as const) {
      const cwd = folderWithSeed();
      const file = join(cwd, "seed/plants.csv");
      writeFileSync(file, `${readFileSync(file, "utf8").trimEnd()}\n${rows}`);
      const { code, stderr } = await plant(["migrate", "--seed", "seed"], { cwd });
      expect([code, stderr]).toEqual([65, expect.stringContaining(message)]);
    }
  });

  test("names the missing files of a seed, and exits with 78", async () => {
    const cwd = folderWithSeed();
    rmSync(join(cwd, "seed/cities.csv"));
    rmSync(join(cwd, "seed/plants.csv"));
    const { code, stderr } = await plant(["migrate", "--seed", "seed"], { cwd });
    expect(code).toBe(78);
    expect(stderr.match(/seed\/\w+\.csv cannot be read: ENOENT/g)).toHaveLength(2);
  });
});

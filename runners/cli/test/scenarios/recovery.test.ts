import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createSimulator, type Simulator } from "@lmnh/museum-simulator";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeFolder } from "../support/folder.js";
import { countIn, rowsIn } from "../support/museum.js";
import { plant } from "../support/plant.js";

const hourMs = 3_600_000;
const thisHour = Math.floor(Date.now() / hourMs) * hourMs;
/** Half past an hour, some hours from now. */
const at = (hours: number) => new Date(thisHour + (hours + 0.5) * hourMs).toISOString();

/** The hours that are archived: two have left the database, one is still in it. */
const hours = [-50, -30, -2];
const shown = 50;

const operations = readFileSync(new URL("../../../../docs/operations.md", import.meta.url), "utf8");

/** The commands of a section, as they are documented. */
function documentedIn(heading: string): string[] {
  const section = operations.split(/^##+ /m).find((each) => each.startsWith(`${heading}\n`)) ?? "";
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) =>
    block
      .split("\n")
      .map((line) => line.replace(/#.*/, "").trim())
      .filter((line) => line !== ""),
  );
}

const documented = documentedIn("Come back without a backup");

let museum: Simulator;
/** A folder with the default database and archive, in which every hour is archived. */
let archived = "";
/** The same when only the first hour was archived. */
let backup = "";
/** Every plant with all that is known of it, and every reading, before the database was lost. */
let before: ReturnType<typeof contentOf>;

beforeAll(async () => {
  museum = await createSimulator({ now: () => 0, latencyMs: [0, 0], maxConcurrent: 50, faultRate: 0 });
  archived = makeFolder();
  for (const hour of hours) {
    await run(archived, hour, `1-${shown}`);
    if (hour !== hours[0]) continue;
    expect(await plantIn(archived, "archive --quiet --no-prune")).toMatchObject({ code: 0 });
    backup = makeFolder();
    cpSync(archived, backup, { recursive: true });
  }
  before = contentOf(archived);
  expect(before.plants.length).toBeGreaterThan(45);
  expect(before.readings.length).toBeGreaterThan(100);
  expect(await plantIn(archived, "archive --quiet")).toMatchObject({ code: 0 });
  expect(readingsIn(archived)).toBeLessThan(before.readings.length);
});
afterAll(() => museum.close());

async function run(cwd: string, hour: number, plants: string) {
  museum.setTime(Date.parse(at(hour)));
  const { code, stderr } = await plantIn(
    cwd,
    `run --quiet --api ${museum.url} --plants ${plants} --at ${at(hour)}`,
  );
  expect([code, stderr]).toEqual([0, ""]);
}

const plantIn = (cwd: string, line: string) => plant(line.split(/\s+/), { cwd });
const database = (cwd: string) => join(cwd, "plant-data/plants.db");
const readingsIn = (cwd: string) => countIn(database(cwd), "SELECT count(*) FROM plant_reading");

/** Descriptions and readings, without the database's own numbers. */
function contentOf(cwd: string) {
  const file = database(cwd);
  return {
    plants: rowsIn(
      file,
      `SELECT plant_id, plant.name, scientific_name, image_url, image_license_url, thumbnail, plant.observed_at,
         email, botanist.name AS botanist_name, phone, lat, long, city_name, country_name, country_code
       FROM plant LEFT JOIN botanist USING (botanist_id) LEFT JOIN origin USING (origin_id)
       LEFT JOIN city USING (city_id) LEFT JOIN country USING (country_id) ORDER BY plant_id`,
    ),
    botanists: rowsIn(file, "SELECT email, name, phone, observed_at FROM botanist ORDER BY email"),
    readings: rowsIn(
      file,
      `SELECT plant_id, recording_taken, soil_moisture, temperature, last_watered, quality_flag, ingested_at, run_id
       FROM plant_reading ORDER BY plant_id, recording_taken`,
    ),
  };
}

/** A copy of the folder whose database is gone. */
function lose(): string {
  const cwd = makeFolder();
  cpSync(archived, cwd, { recursive: true });
  for (const name of readdirSync(join(cwd, "plant-data")))
    if (name.startsWith("plants.db")) rmSync(join(cwd, "plant-data", name));
  return cwd;
}

/** Every plant is described as before, every reading is in the archive or the database, and nothing is wrong. */
async function expectRecovered(
  cwd: string,
  of: (content: typeof before) => typeof before = (content) => content,
) {
  const verified = await plantIn(cwd, "archive verify --deep --json");
  expect(verified).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(verified.stdout)).toMatchObject({
    rows: before.readings.length,
    problems: [],
    unchecked: [],
  });
  // What has left the database is brought back for the comparison.
  expect(await plantIn(cwd, "archive restore --quiet --all")).toMatchObject({ code: 0 });
  expect(of(contentOf(cwd))).toEqual(of(before));
}

describe("the recovery after a lost database", () => {
  test("as documented: each command exits with 0, and nothing is missing", async () => {
    expect(documented).toHaveLength(4);
    const cwd = lose();
    for (const line of documented) {
      expect(line).toMatch(/^plant \w/);
      const { code, stderr } = await plantIn(cwd, `${line.slice("plant ".length)} --quiet`);
      expect([line, code, stderr]).toEqual([line, 0, ""]);
    }
    await expectRecovered(cwd);
    for (const line of documented)
      expect(await plantIn(cwd, line.slice("plant ".length))).toMatchObject({ code: 0 });
    await expectRecovered(cwd);
  });

  test("with a backup, as documented: back up beside a writer, lose the database, come back", async () => {
    const cwd = makeFolder();
    cpSync(backup, cwd, { recursive: true });
    /** A documented line, by the program or by a shell; what a program writes on stderr. */
    const execute = async (line: string): Promise<string> => {
      if (!line.startsWith("plant ")) {
        execFileSync("sh", ["-ec", line], { cwd });
        return "";
      }
      const { code, stderr } = await plantIn(cwd, line.slice("plant ".length));
      expect([line, code, stderr]).toEqual([
        line,
        line === "plant archive verify" ? 65 : 0,
        expect.anything(),
      ]);
      return stderr;
    };
    const making = documentedIn("SQLite");
    expect(making.map((line) => line.split(" ")[0])).toEqual(["mkdir", "plant"]);
    const writer = await openSqlite(`sqlite:${database(cwd)}`);
    for (const line of making) await execute(line);
    await writer.close();

    rmSync(join(cwd, "plant-data"), { recursive: true });
    cpSync(join(archived, "plant-data/archive"), join(cwd, "plant-data/archive"), { recursive: true });
    // The log of the lost database.
    writeFileSync(`${database(cwd)}-wal`, "x".repeat(10_000));
    const commands = documentedIn("Come back to a backup");
    expect(commands.filter((line) => line.startsWith("plant "))).toEqual([
      "plant archive verify",
      "plant archive",
      "plant archive verify --deep",
    ]);
    for (const line of commands) {
      const stderr = await execute(line);
      if (line !== "plant archive verify") continue;
      const printed = /all of them at once: (plant archive restore --from \S+ --to \S+)$/m.exec(stderr)?.[1];
      await execute(printed ?? "none");
    }
    await expectRecovered(cwd);
  });

  test("with --adopt first: it prints the files and the restore, which brings everything back", async () => {
    const cwd = lose();
    await plantIn(cwd, "migrate --quiet");
    const taken = await plantIn(cwd, "archive --adopt");
    expect(taken.code).toBe(65);
    const [warning = "", error = ""] = taken.stderr
      .split("\n")
      .filter((line) => /^(warning|error):/.test(line));
    expect(warning).toMatch(
      /^warning: 3 files of file:.* are not in the catalog of this database: plant_reading\/.* To add them to the catalog: plant archive restore --from \S+ --to \S+$/,
    );
    expect(error.replace("error", "warning")).toBe(warning);
    const command = /plant (archive restore --from \S+ --to \S+)$/.exec(warning)?.[1] ?? "";
    expect(await plantIn(cwd, "archive verify")).toMatchObject({ code: 65 });
    expect(await plantIn(cwd, `${command} --quiet`)).toMatchObject({ code: 0, stderr: "" });
    expect(await plantIn(cwd, "archive --quiet")).toMatchObject({ code: 0, stderr: "" });
    await expectRecovered(cwd);
  });

  test("prints a restore with the given database and archive", async () => {
    const cwd = lose();
    cpSync(join(cwd, "plant-data"), join(cwd, "moved here"), { recursive: true });
    rmSync(join(cwd, "plant-data"), { recursive: true });
    const given = ["--database", "sqlite:new.db", "--archive", "file:moved here/archive"];
    await plant(["migrate", "--quiet", "--database", "sqlite:new.db"], { cwd });
    const taken = await plant(["archive", "--adopt", "--quiet", "--json", ...given], { cwd });
    const command =
      /plant archive restore --from \S+ --to \S+ --database sqlite:new\.db --archive 'file:moved here\/archive'/;
    expect(taken).toMatchObject({ code: 65, stderr: expect.stringMatching(command) });
    expect(JSON.parse(taken.stdout)).toMatchObject({
      problems: [{ reason: expect.stringMatching(command) }],
    });
    const verified = await plant(["archive", "verify", "--quiet", ...given], { cwd });
    expect(verified).toMatchObject({
      code: 65,
      stderr: expect.stringMatching(
        /: plant archive restore \d\S+ --database sqlite:new\.db --archive 'file:moved here\/archive'/,
      ),
    });
  });

  /** Plants 1 to 10 were pulled after the loss, with newer descriptions; all others are as they were. */
  const withoutPulled = ({ plants, readings, botanists }: typeof before) => ({
    plants: plants.map(({ plant_id, name, scientific_name, email, city_name }) => ({
      plant_id,
      name,
      scientific_name,
      email,
      city_name,
    })),
    readings: readings.filter(
      ({ recording_taken }) => String(recording_taken) < new Date(thisHour).toISOString(),
    ),
    botanists: botanists.map(({ email }) => ({ email })),
  });

  test.each([
    ["restored first", ["archive restore --all", "archive --adopt"], [0, 0]],
    ["taken over first", ["archive --adopt", "archive restore --all", "archive"], [65, 0, 0]],
  ])("after a run of ten plants, %s", async (_name, lines, codes) => {
    const cwd = lose();
    await run(cwd, 2, "1-10");
    const ended: (number | null)[] = [];
    for (const line of lines) ended.push((await plantIn(cwd, line)).code);
    expect(ended).toEqual(codes);
    await expectRecovered(cwd, withoutPulled as (content: typeof before) => typeof before);
  });

  test("with stray files and links in an hour's folder: names each, and brings everything back", async () => {
    const cwd = lose();
    const files = join(cwd, "plant-data/archive/plant_reading");
    const [first = ""] = readdirSync(files, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith(".parquet"))
      .sort();
    const path = join(files, first);
    const strays = ["a.sync-conflict.parquet", "b (1).parquet"].map((name) => join(path, "..", `${name}`));
    for (const stray of strays) cpSync(path, stray);
    symlinkSync("loop", join(path, "../loop"));
    symlinkSync("..", join(files, "up"));
    writeFileSync(join(path, "../notes.txt"), "x");
    const { code, stderr } = await plantIn(cwd, "archive restore --quiet --all");
    expect(code).toBe(65);
    for (const name of ["sync-conflict", "(1)", "loop", "up", "notes.txt"]) expect(stderr).toContain(name);
    // A line for each kind.
    expect(stderr.trim().split("\n")).toHaveLength(3);
    expect(contentOf(cwd)).toEqual(before);
    expect(await plantIn(cwd, "archive --adopt --quiet")).toMatchObject({ code: 65 });
    expect(await plantIn(cwd, "archive verify --quiet")).toMatchObject({ code: 65 });
  });
});

test("plant archive verify reports what it did not check, unless with --deep", async () => {
  const { stdout } = await plantIn(archived, "archive verify");
  expect(stdout).toMatch(/^not checked: the content of the files, .*snapshots.*summaries.*--deep$/m);
  const quick = await plantIn(archived, "archive verify --json");
  expect(JSON.parse(quick.stdout)).toMatchObject({
    unchecked: ["readings", "database", "snapshots", "summaries"],
  });
  expect((await plantIn(archived, "archive verify --deep")).stdout).not.toContain("not checked");
});

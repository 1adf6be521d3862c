import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Simulator } from "@lmnh/museum-simulator";
import Libsql from "libsql";
import { beforeEach, expect, test } from "vitest";
import { makeFolder } from "../support/folder.js";
import { countIn, rowsIn, startMuseum } from "../support/museum.js";
import { plant } from "../support/plant.js";
import { plantProcess } from "../support/plant-process.js";

const database = "plant-data/plants.db";
let museum: Simulator;
let cwd = "";
/** The response of plant 4, with another time. */
let valid = "";

beforeEach(async () => {
  museum = await startMuseum();
  cwd = makeFolder();
  expect(await plantIn(`run --quiet --api ${museum.url} --plants 1-3`)).toMatchObject({ code: 0 });
  valid = await (await fetch(`${museum.url}/4`)).text();
  // As versions before left them: one that is valid by now, one that is not, one of which only the beginning is stored.
  reject(4, valid);
  reject(8, "<p>\u001b[31mred</p>");
  reject(9, valid.slice(0, 40), { bytes: valid.length });
});

const plantIn = async (line: string) => await plant(line.split(" "), { cwd });
const file = () => join(cwd, database);
const count = (sql: string) => countIn(file(), sql);

function reject(plantId: number, body: string, { bytes = Buffer.byteLength(body), reading = 1 } = {}) {
  const opened = new Libsql(file());
  opened
    .prepare(
      `INSERT INTO plant_rejection (plant_id, received_at, http_status, reading_rejected, issues, body, body_bytes, digest, run_id)
       VALUES (?, ?, 200, ?, ?, ?, ?, ?, 'earlier')`,
    )
    .run(
      plantId,
      new Date().toISOString(),
      reading,
      JSON.stringify([{ path: "temperature", message: "is not a number", value: '"\u001b[2J"' }]),
      body,
      bytes,
      createHash("sha256").update(`${plantId}${body}${reading}`).digest("hex"),
    );
  opened.close();
}

test("plant rejections lists the open ones, filters them, and says how many more there are", async () => {
  const { code, stdout } = await plantIn("rejections");
  expect(code).toBe(0);
  expect(stdout.match(/plant [489] +reading +200 +open +temperature: is not a number/g)).toHaveLength(3);
  expect(stdout).toContain("3 open rejections");
  expect((await plantIn("rejections --limit 2")).stdout).toContain("1 older ones are not listed (--limit)");
  const filtered = async (line: string) =>
    JSON.parse((await plantIn(`rejections --json ${line}`)).stdout).total;
  expect(await filtered("--plant 4")).toBe(1);
  expect(await filtered("--kind details")).toBe(0);
  expect(await filtered("--since 5m")).toBe(3);
});

test("plant rejections show prints every issue and the body, escaped", async () => {
  const { stdout, code } = await plantIn("rejections show 2");
  expect(code).toBe(0);
  expect(stdout).toContain("temperature: is not a number");
  expect(stdout).toContain("<p>\\u001b[31mred</p>");
  expect(stdout).not.toContain("\u001b");
  expect((await plantIn("rejections show 99")).code).toBe(65);
  expect((await plantIn("rejections show x")).code).toBe(2);
});

test("plant rejections show prints stored text as it is, and advice with npx", async () => {
  reject(10, "run: plant run");
  const npx = { cwd, host: { scriptPath: join(cwd, "node_modules/.bin/plant") } };
  expect((await plant(["rejections", "show", "4"], npx)).stdout).toContain("\n  run: plant run\n");
  expect((await plant(["rejections", "show", "99"], npx)).stderr).toContain("npx plant rejections --all");
});

test("plant rejections retry loads what is valid by now once, and leaves the others open", async () => {
  const runs = count("SELECT count(*) FROM etl_run");
  const first = await plantIn("rejections retry --all --json");
  expect(first.code).toBe(65);
  const report = JSON.parse(first.stdout);
  expect(report).toMatchObject({
    ...{ retried: 3, resolved: 1, stillRejected: 1, truncated: 1, loaded: 1, duplicates: 0 },
    outcome: "degraded",
    reason: "still_rejected",
  });
  expect(count("SELECT count(*) FROM plant_reading WHERE plant_id = 4")).toBe(1);
  expect(
    rowsIn(file(), "SELECT plant_id, resolved_by FROM plant_rejection WHERE resolved_at IS NOT NULL"),
  ).toEqual([{ plant_id: 4, resolved_by: report.runId }]);
  // Not a pull.
  expect(count("SELECT count(*) FROM etl_run")).toBe(runs);

  // As after a crash between the load and the mark.
  const opened = new Libsql(file());
  opened.exec("UPDATE plant_rejection SET resolved_at = NULL, resolved_by = NULL");
  opened.close();
  expect(JSON.parse((await plantIn("rejections retry 1 --json")).stdout)).toMatchObject({
    ...{ resolved: 1, loaded: 0, duplicates: 1, outcome: "ok" },
  });
  expect(count("SELECT count(*) FROM plant_reading WHERE plant_id = 4")).toBe(1);
  expect((await plantIn("rejections --all")).stdout).toMatch(/plant 4 +reading +200 +resolved/);
});

test("plant rejections retry shows its progress on a terminal", async () => {
  let written = "";
  const stderr = {
    isTerminal: true,
    columns: 80,
    onClosed: () => {},
    write: (text: string) => {
      written += text;
    },
  };
  await plant(["rejections", "retry", "--all"], { cwd, host: { stderr } });
  expect(written).toContain("retrying: 3 of 3 rejections");
});

test("plant rejections retry loads no reading of a rejection of details", async () => {
  reject(4, valid, { reading: 0 });
  expect(JSON.parse((await plantIn("rejections retry 4 --json")).stdout)).toMatchObject({
    resolved: 1,
    loaded: 0,
  });
  expect(count("SELECT count(*) FROM plant_reading WHERE plant_id = 4")).toBe(0);
  expect(count("SELECT count(*) FROM plant WHERE plant_id = 4")).toBe(1);
});

test("plant rejections retry wants either numbers or --all", async () => {
  expect((await plantIn("rejections retry")).code).toBe(2);
  expect((await plantIn("rejections retry 1 --all")).code).toBe(2);
});

test("plant rejections --record writes a recording that plant run --replay reads, and replaces no file", async () => {
  const recorded = await plantIn("rejections --record rejected.ndjson");
  expect(recorded).toMatchObject({ code: 0, stdout: expect.stringContaining("2 responses recorded") });
  expect(recorded.stdout).toContain("1 are not recorded");
  expect(existsSync(join(cwd, "rejected.ndjson"))).toBe(true);
  const replayed = await plantIn("run --replay rejected.ndjson --json --max-rejected 100%");
  expect(JSON.parse(replayed.stdout)).toMatchObject({ requested: 2, loaded: 1, rejected: 1 });
  expect((await plantIn("rejections --record rejected.ndjson")).code).toBe(78);
});

test("plant rejections --record writes no file if there is nothing to record", async () => {
  for (const [plant, also] of [
    [1, ""],
    [9, "1 are not recorded"],
  ] as const) {
    const { code, stdout } = await plantIn(`rejections --plant ${plant} --record none.ndjson`);
    expect(code).toBe(0);
    expect(stdout).toContain(`there is nothing to record; none.ndjson was not written\n${also}`);
    expect(stdout).not.toContain("--replay");
  }
  expect(existsSync(join(cwd, "none.ndjson"))).toBe(false);
});

test("plant rejections --record leaves no file and names it if the disk is full", async () => {
  reject(10, "x".repeat(65_000));
  const args = ["rejections", "--record", "rejected.ndjson"];
  const { code, stdout, stderr } = await plantProcess(args, { cwd, maxFileBytes: 65_536 - 512 });
  expect([code, stdout]).toEqual([75, ""]);
  expect(stderr).toMatch(/^error: rejected\.ndjson was not written: EFBIG.*Check the disk/);
  expect(existsSync(join(cwd, "rejected.ndjson"))).toBe(false);
});

test("plant rejections --record quotes the file in the command that it prints", async () => {
  const { stdout } = await plant(["rejections", "--record", "the rejected.ndjson"], { cwd });
  expect(stdout).toContain(
    "recorded in the rejected.ndjson; to load them: plant run --replay 'the rejected.ndjson'",
  );
});

test("plant status finds rejections of the last hour, and a retry mends what is valid by now", async () => {
  const rejected = async () =>
    JSON.parse((await plantIn("status --json")).stdout).lines.find(
      ({ topic }: { readonly topic: string }) => topic === "rejections",
    );
  expect(await rejected()).toMatchObject({
    text: expect.stringContaining("3 responses (plant 4: 1, plant 8: 1, plant 9: 1)"),
    problems: [{ reason: "rejected", next: expect.stringContaining("plant rejections") }],
  });
  await plantIn("rejections retry 1 --quiet");
  expect(await rejected()).toMatchObject({ text: expect.stringContaining("2 responses (plant 8: 1") });
});

test("plant rejections dismiss closes rejections once, loads and deletes nothing", async () => {
  const readings = count("SELECT count(*) FROM plant_reading");
  expect((await plantIn("rejections dismiss")).code).toBe(2);
  expect((await plantIn("rejections dismiss 1 --all")).code).toBe(2);
  expect((await plantIn("rejections dismiss 99")).code).toBe(65);
  expect(await plantIn("rejections dismiss 2")).toMatchObject({ code: 0, stdout: "1 rejection dismissed\n" });
  expect(await plantIn("rejections dismiss 2")).toMatchObject({
    code: 0,
    stdout: "0 rejections dismissed\n",
    stderr: expect.stringContaining("rejection 2 was resolved at"),
  });
  expect(await plantIn("rejections dismiss --all")).toMatchObject({ stdout: "2 rejections dismissed\n" });
  expect((await plantIn("rejections")).stdout).toContain("0 open rejections");
  expect((await plantIn("rejections show 2")).stdout).toMatch(/resolved +\S+Z, dismissed/);
  expect(count("SELECT count(*) FROM plant_rejection WHERE resolved_by = 'dismissed'")).toBe(3);
  expect(count("SELECT count(*) FROM plant_reading")).toBe(readings);
});

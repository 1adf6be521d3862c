import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { closedPort } from "../support/closed-port.js";
import { makeFolder } from "../support/folder.js";
import { rowsIn, startMuseum } from "../support/museum.js";
import { plant } from "../support/plant.js";

interface Given {
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

/** Runs the program in this process, with PLANT_DEBUG; returns all that it wrote. */
async function outputOf({ args = ["doctor"], environment = {}, files = {} }: Given): Promise<string> {
  const directory = makeFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
  const { stdout, stderr } = await plant(args, {
    cwd: directory,
    env: { PLANT_DEBUG: "1", ...environment },
  });
  const written = stdout + stderr;
  expect(written).not.toBe("");
  return written;
}

describe("a secret", () => {
  const secrets = fc.stringMatching(/^[a-f]\d[a-zA-Z0-9]{8,20}$/);

  test("is not in any output, whatever its source and its encoding", async () => {
    const address = `127.0.0.1:${await closedPort()}`;
    const api = `http://${address}`;
    const forms = [
      `http://${address}/plants?sig=§`,
      `http://${address}/plants?code=§&page=1`,
      `http://${address}/plants?subscription-key=§`,
      `http://${address}/api/§/plants`,
      `http://me:§@${address}/plants`,
      `http://${address}/plants#§`,
      `mssql://sa:§@${address}/plants`,
      `mssql://sa:§@${address}/plants?encrypt=§`,
      "mssql:/sa:§@host",
      "mssql:sa:§",
      "sqlite:none/u:§@h/plants.db",
      "sqlite:none/plants.db?key=§",
      "file:none/deep/plants?token=§",
      `s3://bucket-of-plants/a?region=eu-west-2&endpoint=http://me:§@${address}`,
      `s3://bucket-of-plants/a?region=eu-west-2&secret=§`,
      "Server=h;User Id=sa;Password=§",
      "Password = §",
      "--dbPassword=§",
    ];
    const places: readonly ((text: string) => Given)[] = [
      (text) => ({ environment: { PLANT_API_URL: text } }),
      (text) => ({ environment: { PLANT_DATABASE: text } }),
      (text) => ({ environment: { PLANT_ARCHIVE: text } }),
      (text) => ({ environment: { PLANT_DATABSE: text, DB_HOST: text, DB_PORT: text, PLANT_EVERY: text } }),
      (text) => ({ args: ["doctor", "--json", "--database", text, "--api", api] }),
      (text) => ({ args: ["doctor", "--plants", text, "--deadline", text, "--api", api] }),
      (text) => ({ args: ["doctor", "--config", text, "--api", api] }),
      (text) => ({ args: ["run", "--replay", text] }),
      (text) => ({ args: ["migrate", "--database", "sqlite::memory:", "--seed", text] }),
      (text) => ({ args: [text] }),
      (text) => ({ args: ["run", text] }),
      (text) => ({ files: { ".env": `PLANT_DATABASE='${text}'\nPLANT_API: ${text}\n${text}\n` } }),
      (text) => ({
        files: { "plant.config.json": JSON.stringify({ archive: text, plants: text, [text]: 1 }) },
      }),
      (text) => ({ files: { "plant.config.json": `{"database": ${text}` } }),
    ];
    for (const form of forms)
      for (const place of places) {
        const [secret = ""] = fc.sample(secrets, 1);
        const given = place(form.replaceAll("§", secret));
        const environment = { PLANT_API_URL: api, ...given.environment };
        const written = await outputOf({ ...given, environment });
        if (written.includes(secret)) expect([given, written]).toEqual("without the secret");
      }
  }, 600_000);

  test("of the API's URL is neither in a report nor in the run log", async () => {
    const museum = await startMuseum();
    for (const api of [
      `${museum.url}?sig=a1hunter2`,
      museum.url.replace("//", "//me:a1hunter2@"),
      `http://127.0.0.1:${await closedPort()}/a1hunter2/plants?code=a1hunter2`,
    ]) {
      const file = join(makeFolder(), "plants.db");
      const args = ["run", "--api", api, "--plants", "1-3", "--database", `sqlite:${file}`, "--verbose"];
      for (const more of [[], ["--json"]])
        expect(await outputOf({ args: [...args, ...more] })).not.toMatch(/hunter2/);
      const log = JSON.stringify(rowsIn(file, "SELECT * FROM etl_run"));
      expect(log).toContain("complete");
      expect(log).not.toMatch(/hunter2/);
    }
  }, 600_000);
});

describe("text of the API", () => {
  test("reaches the terminal within its line, without control characters", async () => {
    const hostile = "\u001b[2J\u009b31m\u202e\nerror: forged\r\u2028";
    const recording = `${JSON.stringify({ plantId: 1, attempts: 1, outcome: { kind: "failed", code: "network", message: hostile } })}\n`;
    const replay = join(makeFolder(), "responses.ndjson");
    writeFileSync(replay, recording);
    const database = ["--database", "sqlite::memory:"];
    const museum = await startMuseum({ script: { 1: { kind: "notJson" } } });
    for (const given of [
      { args: ["run", "--replay", replay, "--verbose", ...database] },
      { args: ["run", "--replay", replay, "--json", ...database] },
      { args: ["run", `--${hostile}`] },
      { args: [hostile] },
      { args: ["run", "--config", hostile] },
      { args: ["run", "--replay", hostile, ...database] },
      { args: ["doctor", "--database", `sqlite:none${hostile}/p.db`, "--api", museum.url] },
      {
        args: ["doctor", "--api", museum.url],
        environment: { [`PLANT_${hostile}`]: "1", PLANT_API: hostile },
      },
      {
        args: ["doctor", "--api", museum.url],
        files: { "plant.config.json": JSON.stringify({ [hostile]: 1, plants: hostile }) },
      },
      {
        args: ["doctor", "--api", museum.url],
        files: { ".env": `PLANT_PLANTS="${hostile.replace("\r", "")}"\nPLANT_X\u202e=1` },
      },
    ] satisfies Given[]) {
      const written = await outputOf(given);
      const lines = written.split("\n");
      expect(lines.filter((line) => /^error: forged/.test(line))).toEqual([]);
      expect(lines.filter((line) => /[\p{Cc}\u202e\u2028]/u.test(line))).toEqual([]);
    }
  }, 600_000);
});

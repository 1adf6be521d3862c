import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeSettingIssue, plantSettings, type SettingTexts, settingsOf } from "@lmnh/plant-runtime";
import { describe, expect, test } from "vitest";
import { loadSettings } from "../../src/settings/load-settings.js";
import { makeFolder } from "../support/folder.js";

interface Surroundings {
  readonly environment?: SettingTexts;
  readonly files?: Readonly<Record<string, string | Buffer>>;
  readonly config?: string;
  readonly flags?: SettingTexts;
}

async function load({ environment = {}, files = {}, config, flags = {} }: Surroundings) {
  const directory = makeFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
  const { issues, warnings, shown } = await loadSettings(
    { directory, environment },
    flags,
    settingsOf("cli"),
    config,
  );
  return {
    issues: issues.map(describeSettingIssue),
    warnings,
    database: shown.find(({ key }) => key === "database")?.value,
  };
}

const elsewhere = "sqlite:elsewhere.db";
const fallback = plantSettings.database.fallback;

describe("loadSettings from the environment", () => {
  test("rejects misspelt names, with the similar setting", async () => {
    expect(await load({ environment: { PLANT_DATABSE: elsewhere, PLANT_API: "http://x" } })).toEqual({
      issues: [
        "PLANT_DATABSE (environment) is not a setting; did you mean PLANT_DATABASE?",
        "PLANT_API (environment) is not a setting; did you mean PLANT_API_URL?",
      ],
      warnings: [],
      database: fallback,
    });
  });

  test("rejects unknown names with DB_ or S3_ only if they could affect the database or the archive", async () => {
    for (const [name, value, flags] of [
      ["DB_NAMES", "x", { database: elsewhere }],
      ["db_host", "x", { database: elsewhere }],
      ["S3_BUCKET_NAMES", "x", { archive: "file:elsewhere" }],
    ] as const) {
      const line = expect.stringMatching(
        `^${name} \\((?:environment|\\.env:1)\\) is not a setting; did you mean`,
      );
      const file = { ".env": `${name}=${value}\n` };
      for (const given of [{ environment: { [name]: value } }, { files: file }]) {
        expect(await load(given)).toMatchObject({ issues: [line], warnings: [] });
        expect(await load({ ...given, flags })).toMatchObject({ issues: [], warnings: [line] });
      }
    }
    expect(
      (await load({ environment: { DB_NAMES: "x" }, flags: { archive: "file:x" } })).issues,
    ).toHaveLength(1);
    const config = { "plant.config.json": `{"database": "${elsewhere}"}` };
    expect((await load({ environment: { DB_NAMES: "x" }, files: config })).issues).toEqual([]);
    expect(
      (await load({ environment: { PLANT_DB_HOST: "x" }, flags: { database: elsewhere } })).issues,
    ).toHaveLength(1);
  });

  test("rejects or warns of common names of other programs, unless the setting is given or unused", async () => {
    const archive = "s3://museum-plants/archive";
    for (const [name, means, flags, file] of [
      ["DB_HOSTNAME", "DB_HOST", { database: elsewhere }, "DB_HOST=h"],
      ["DB_SERVER", "DB_HOST", { database: elsewhere }, "DB_HOST=h"],
      ["DB_USERNAME", "DB_USER", { database: elsewhere }, "DB_USER=u"],
      ["S3_BUCKET", "S3_BUCKET_NAME", { archive }, "S3_BUCKET_NAME=b"],
    ] as const) {
      const line = expect.stringContaining(`) is not a setting; did you mean ${means}?`);
      for (const given of [{ environment: { [name]: "x" } }, { files: { ".env": `${name}=x\n` } }]) {
        expect(await load(given)).toMatchObject({ issues: [line], warnings: [] });
        expect(await load({ ...given, flags })).toMatchObject({ issues: [], warnings: [] });
      }
      expect(await load({ environment: { [name]: "x" }, files: { ".env": `${file}\n` } })).toMatchObject({
        issues: [],
        warnings: [],
      });
    }
    const environment = { AWS_S3_BUCKET: "x" };
    expect(await load({ environment })).toMatchObject({
      issues: [],
      warnings: [expect.stringMatching(/^AWS_S3_BUCKET .*PLANT_ARCHIVE=s3:\/\/BUCKET\/PREFIX$/)],
    });
    expect((await load({ environment, flags: { archive } })).warnings).toEqual([]);
  });

  test("warns of names that may belong to another program", async () => {
    expect(await load({ environment: { PLANT_COLOUR: "red", PLANT_DATABASE_SECRET: "arn" } })).toEqual({
      issues: [],
      warnings: [
        "PLANT_COLOUR (environment) is not a setting; it has no effect",
        "PLANT_DATABASE_SECRET (environment) is read by the Lambda only; it has no effect here",
      ],
      database: fallback,
    });
    expect(
      await load({ environment: { PLANT_DEBUG: "1", PLANT_TEST_MSSQL_URL: "x", HOME: "/", DB_URL: "x" } }),
    ).toEqual({
      issues: [],
      warnings: [],
      database: fallback,
    });
  });
});

describe("loadSettings from a .env file", () => {
  test("reads a byte order mark, UTF-16 with one, CRLF, export and quotation marks", async () => {
    const content = `export PLANT_DATABASE="${elsewhere}" # here\r\nOTHER=1\r\n`;
    for (const bytes of [
      Buffer.from(content),
      Buffer.from(`\ufeff${content}`),
      Buffer.from(`\ufeff${content}`, "utf16le"),
      Buffer.from(`\ufeff${content}`, "utf16le").swap16(),
    ])
      expect(await load({ files: { ".env": bytes } })).toEqual({
        issues: [],
        warnings: [],
        database: elsewhere,
      });
  });

  test("rejects a file that cannot be decoded", async () => {
    expect(
      (await load({ files: { ".env": Buffer.from(`PLANT_DATABASE=${elsewhere}`, "utf16le") } })).issues,
    ).toEqual([".env seems to be UTF-16 without a byte order mark; save it as UTF-8"]);
    expect((await load({ files: { ".env": Buffer.from("# \xe8\n", "latin1") } })).issues).toEqual([
      ".env is not UTF-8 (line 1 has a byte that is not); save it as UTF-8",
    ]);
  });

  test("rejects a line that sets nothing, with its number and without its text", async () => {
    const { issues } = await load({
      files: { ".env": "A=1\nPLANT_DATABASE: mssql://sa:hunter2@h/d\nhunter2\n" },
    });
    expect(issues).toEqual([".env:2 is not NAME=VALUE", ".env:3 is not NAME=VALUE"]);
    const many = (await load({ files: { ".env": "hunter2\n".repeat(5_000) } })).issues;
    expect([many.length, many.at(-1)]).toEqual([11, ".env has 4990 more such lines"]);
  });

  test("ignores invalid lines of other tools, and rejects those of this program", async () => {
    const foreign = ["OTHER_TOOL=a#b", 'X="a" b', "export Y='open", "DATABASE_URL=#x"];
    expect(await load({ files: { ".env": [...foreign, `PLANT_DATABASE=${elsewhere}`].join("\n") } })).toEqual(
      {
        issues: [],
        warnings: [],
        database: elsewhere,
      },
    );
    for (const name of [
      "PLANT_PLANTS",
      "PLANT_COLOUR",
      "DB_PASSWORD",
      "S3_BUCKET_NAME",
      "database",
      "PLNAT_API_URL",
    ])
      expect([name, (await load({ files: { ".env": `${name}=a#b` } })).issues]).toEqual([
        name,
        [".env:1 has a # in its value; put the value in quotation marks"],
      ]);
  });

  test("rejects a name that is not a setting or is set twice", async () => {
    const content = [
      "PLANT_DATABSE=x",
      "PLANT_COLOUR=red",
      "database=x",
      "PLANT_PLANTS=1",
      "PLANT_PLANTS=2",
      "OTHER=1",
      "OTHER=2",
    ];
    expect((await load({ files: { ".env": content.join("\n") } })).issues.sort()).toEqual([
      "PLANT_COLOUR (.env:2) is not a setting; it has no effect",
      "PLANT_DATABSE (.env:1) is not a setting; did you mean PLANT_DATABASE?",
      "PLANT_PLANTS (.env:5) is set twice, first at .env:4; set it once",
      "database (.env:3) is not a setting here; did you mean PLANT_DATABASE?",
    ]);
  });

  test("rejects a dangling link, and ignores a directory of that name", async () => {
    const directory = makeFolder();
    const issues = async () =>
      (await loadSettings({ directory, environment: {} }, {}, settingsOf("cli"), undefined)).issues;
    symlinkSync(join(directory, "gone"), join(directory, ".env"));
    expect((await issues()).map(describeSettingIssue)).toEqual([".env cannot be read: ENOENT"]);
    const other = makeFolder();
    mkdirSync(join(other, ".env"));
    expect(
      (await loadSettings({ directory: other, environment: {} }, {}, settingsOf("cli"), undefined)).issues,
    ).toEqual([]);
  });
});

describe("loadSettings from a config file", () => {
  test("reads a byte order mark and UTF-16, and rejects a file that cannot be decoded", async () => {
    const content = `{"database": "${elsewhere}"}`;
    for (const bytes of [Buffer.from(`\ufeff${content}`), Buffer.from(`\ufeff${content}`, "utf16le")])
      expect(await load({ files: { "plant.config.json": bytes } })).toEqual({
        issues: [],
        warnings: [],
        database: elsewhere,
      });
    expect((await load({ files: { "plant.config.json": Buffer.from(content, "utf16le") } })).issues).toEqual([
      "plant.config.json seems to be UTF-16 without a byte order mark; save it as UTF-8",
    ]);
  });

  test("rejects a file that is too large or missing", async () => {
    expect((await load({ files: { "plant.config.json": " ".repeat(2_000_000) } })).issues).toEqual([
      "plant.config.json is larger than 1048576 bytes; settings take a few lines",
    ]);
    expect((await load({ config: "mine.json" })).issues).toEqual(["mine.json cannot be read: ENOENT"]);
  });
});

describe("loadSettings with a misnamed file", () => {
  test("warns of it if the right one is missing", async () => {
    for (const [name, wanted] of [
      ["plant.config.jsonc", "plant.config.json"],
      ["plants.config.json", "plant.config.json"],
      ["plant-config.json", "plant.config.json"],
      ["Plant.Config.json", "plant.config.json"],
      ["plant.config.json.txt", "plant.config.json"],
      ["plant.config.yaml", "plant.config.json"],
      [".env.txt", ".env"],
      ["env", ".env"],
      [".ENV", ".env"],
    ] as const) {
      expect([name, (await load({ files: { [name]: "{}" } })).warnings]).toEqual([
        name,
        [`${name} is not read; did you mean ${wanted}?`],
      ]);
      expect([
        name,
        (await load({ files: { [name]: "{}", "plant.config.json": "{}", ".env": "" } })).warnings,
      ]).toEqual([name, []]);
    }
    for (const name of [".envrc", "package.json", "plants.db", "plant.config.json~", "tsconfig.json"])
      expect([name, (await load({ files: { [name]: "{}" } })).warnings]).toEqual([name, []]);
  });
});

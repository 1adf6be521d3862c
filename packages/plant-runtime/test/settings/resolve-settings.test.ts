import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plantSettings, settingsOf } from "../../src/settings/plant-settings.js";
import {
  describeSettingIssue,
  resolveSettings,
  type SettingTextsWithPlaces,
} from "../../src/settings/resolve-settings.js";

/** Texts of a file, all at one place. */
function inFile(place: string, texts: Record<string, string | undefined>): SettingTextsWithPlaces {
  const given = Object.entries(texts).filter(([, text]) => text !== undefined);
  return Object.fromEntries(given.map(([name, text = ""]) => [name, { text, place }]));
}

const nothing = { flags: {}, environment: {}, dotEnv: {}, configFile: {} };

describe("settings", () => {
  test("take the first place that has them: flag, environment, .env, config file, default", () => {
    const some = fc.option(fc.integer({ min: 1, max: 1000 }), { nil: undefined });
    fc.assert(
      fc.property(some, some, some, some, (flag, environment, dotEnv, config) => {
        const text = (value: number | undefined) => value?.toString();
        const { values, shown, issues } = resolveSettings(plantSettings, {
          flags: { concurrency: text(flag) },
          environment: { PLANT_CONCURRENCY: text(environment) },
          dotEnv: inFile(".env:1", { PLANT_CONCURRENCY: text(dotEnv) }),
          configFile: inFile("f.json:1:2", { concurrency: text(config) }),
        });
        const places = [
          ["flag", flag],
          ["environment", environment],
          [".env", dotEnv],
          ["config file", config],
          ["default", 8],
        ] as const;
        const first = places.find(([, value]) => value !== undefined);
        expect(issues).toEqual([]);
        expect([shown.find(({ key }) => key === "concurrency")?.origin, values.concurrency]).toEqual(first);
      }),
    );
  });

  test("have headers, one a line, and do not show them", () => {
    const { values, shown, issues } = resolveSettings(plantSettings, {
      ...nothing,
      environment: { PLANT_API_HEADERS: "X-Api-Key: a:b\nAccept-Language:  en \n" },
    });
    expect(issues).toEqual([]);
    expect(values.header).toEqual({ "x-api-key": "a:b", "accept-language": "en" });
    expect(shown.find(({ key }) => key === "header")?.value).toBe("***");
  });

  test.each(["no colon: ", "key", "a: b\na: c", "host: museum", "a: \u00e9", "a b: c"])(
    "reject the headers %j without showing them",
    (text) => {
      const { issues } = resolveSettings(plantSettings, { ...nothing, flags: { header: text } });
      expect(issues).toMatchObject([
        { name: "--header", value: null, message: expect.stringMatching(/must be lines such as/) },
      ]);
    },
  );

  test("read the proxies in lower and upper case; lower case wins", () => {
    const proxyOf = (environment: Record<string, string>) =>
      resolveSettings(plantSettings, { ...nothing, environment }).values.httpsProxy;
    expect(proxyOf({ HTTPS_PROXY: "http://a:1" })).toBe("http://a:1");
    expect(proxyOf({ https_proxy: "http://b:1" })).toBe("http://b:1");
    expect(proxyOf({ HTTPS_PROXY: "http://a:1", https_proxy: "http://b:1" })).toBe("http://b:1");
  });

  test("have defaults that can all be read", () => {
    const { values, issues } = resolveSettings(plantSettings, nothing);
    expect(issues).toEqual([]);
    expect(values).toMatchObject({
      api: "https://tools.sigmalabs.co.uk/api/plants",
      plants: { kind: "discover", from: 0, stopAfter: 10, upTo: 100_000 },
      requestTimeout: 10_000,
      deadline: 50_000,
      every: 60_000,
      maxRejected: 0.1,
      defaultUtcOffset: 0,
      dbPort: 1433,
      archive: "file:plant-data/archive",
      retention: 86_400_000,
    });
  });

  test("are all judged at once, each issue with its place, name and value", () => {
    const { issues } = resolveSettings(plantSettings, {
      flags: { concurrency: "0" },
      environment: { PLANT_DEADLINE: "50" },
      dotEnv: inFile(".env:7", { PLANT_MAX_REJECTED: "0.1" }),
      configFile: inFile("f.json:2:5", { plants: "9-1", defaultUtcOffset: "+15:00" }),
    });
    expect(issues.map(describeSettingIssue)).toEqual([
      expect.stringMatching(/^plants \(f\.json:2:5\) is "9-1": must be "discover" or a list such as 1-50,60/),
      '--concurrency is "0": must be a whole number from 1 to 1000, such as 1',
      'PLANT_DEADLINE (environment) is "50": must be a duration from 1ms to 24h, such as 50s',
      'PLANT_MAX_REJECTED (.env:7) is "0.1": must be a percentage from 0% to 100%, such as 10%',
      'defaultUtcOffset (f.json:2:5) is "+15:00": must be an offset from UTC from -14:00 to +14:00, such as +14:00',
    ]);
  });

  test("suggest a value of the range, with its unit, near to the one that was refused", () => {
    const suggested = (key: string, text: string) =>
      resolveSettings(plantSettings, { ...nothing, flags: { [key]: text } })
        .issues.map(({ message }) => /, such as (.*)$/.exec(message)?.[1])
        .join();
    for (const [key, text, suggestion] of [
      ["deadline", "5", "5s"],
      ["deadline", "48h", "24h"],
      ["deadline", "0s", "1ms"],
      ["deadline", "1 minute", "1m"],
      ["deadline", "1.5h", "90m"],
      ["deadline", "soon", "50s"],
      ["retention", "24", "24h"],
      ["retention", "5000d", "3650d"],
      ["requestTimeout", "5000", "5000ms"],
      ["concurrency", "5000", "1000"],
      ["concurrency", "8.4", "8"],
      ["concurrency", "many", "8"],
      ["maxFailed", "50", "50%"],
      ["maxFailed", "0.5", "50%"],
      ["maxFailed", "150%", "100%"],
      ["defaultUtcOffset", "1", "+01:00"],
      ["defaultUtcOffset", "-0530", "-05:30"],
      ["defaultUtcOffset", "Z", "+00:00"],
      ["database", "plants.db", "sqlite:plants.db"],
      ["archive", "plant-data/archive", "file:plant-data/archive"],
      ["dbEncrypt", "yes", "true"],
      ["dbHost", "db.example:1433", "db.example"],
    ] as const)
      expect([key, text, suggested(key, text)]).toEqual([key, text, suggestion]);
  });

  test("suggest nothing that they would refuse", () => {
    const keys = fc.constantFrom(...Object.keys(plantSettings));
    const given = fc.oneof(
      fc.string(),
      fc.stringMatching(/^-?\d{0,12}(\.\d{1,4})? ?(ms|s|m|h|d|%|days|min|sec|hours)?$/),
      fc.stringMatching(/^[+-]?\d{1,2}:?\d{0,2}$/),
      fc.constantFrom("yes", "no", "TRUE", "Off", "plants.db", "./archive", "2026-03-01"),
    );
    fc.assert(
      fc.property(keys, given, (key, text) => {
        const { issues } = resolveSettings(plantSettings, { ...nothing, flags: { [key]: text } });
        for (const { message } of issues) {
          const suggestion = /, such as (\S+)$/.exec(message)?.[1];
          if (suggestion === undefined) continue;
          const alreadyArchived = resolveSettings(plantSettings, {
            ...nothing,
            flags: { [key]: suggestion },
          });
          expect([key, text, suggestion, alreadyArchived.issues]).toEqual([key, text, suggestion, []]);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  test("of a host are names and addresses, and nothing else", () => {
    const issues = (text: string) =>
      resolveSettings(plantSettings, { ...nothing, environment: { DB_HOST: text } }).issues;
    for (const host of [
      "localhost",
      "db.example",
      "plants.abc123.eu-west-2.rds.amazonaws.com",
      "10.0.0.1",
      "::1",
      "fe80::1:2",
    ])
      expect([host, issues(host)]).toEqual([host, []]);
    for (const host of ["mssql://h", "mssql:sa:hunter2", "sa@h", "h/d", "a b", "h?x=1"])
      expect([host, issues(host).length]).toEqual([host, 1]);
  });

  test("with a control character are refused, and those with spaces around them are read", () => {
    const read = (text: string) =>
      resolveSettings(plantSettings, {
        ...nothing,
        environment: { PLANT_PLANTS: text, PLANT_DATABASE: `sqlite:${text}` },
      });
    expect(read(" 1-5 \r\n").issues).toEqual([]);
    expect(read("1\n-5").issues.map(({ name, message }) => [name, message])).toEqual([
      ["PLANT_PLANTS", "must be one line without control characters"],
      ["PLANT_DATABASE", "must be one line without control characters"],
    ]);
  });

  test("of a database or an archive say what is missing behind a beginning that is right", () => {
    const said = (flags: Record<string, string>) =>
      resolveSettings(plantSettings, { ...nothing, flags }).issues.map(describeSettingIssue);
    for (const archive of ["s3://", "file:", "ftp://x"])
      expect(said({ archive })).toEqual([
        `--archive is "${archive}": must be file:DIR or s3://BUCKET/PREFIX`,
      ]);
    for (const database of ["sqlite:", "mssql://", "postgres://x"])
      expect(said({ database })).toEqual([
        `--database is "${database}": must be sqlite:FILE or mssql://USER:PASSWORD@HOST:PORT/DATABASE`,
      ]);
  });

  test("count an empty environment variable as not set", () => {
    const { values } = resolveSettings(plantSettings, {
      ...nothing,
      environment: { PLANT_CONCURRENCY: "" },
      dotEnv: inFile(".env:1", { PLANT_CONCURRENCY: "3" }),
    });
    expect(values.concurrency).toBe(3);
  });

  test("are read from durations, percentages and offsets as people write them", () => {
    const read = (key: "deadline" | "retention" | "maxRejected" | "defaultUtcOffset", text: string) =>
      resolveSettings(plantSettings, { ...nothing, flags: { [key]: text } }).values[key];
    expect(["500ms", "10s", "5m", "24h"].map((text) => read("deadline", text))).toEqual([
      500, 10_000, 300_000, 86_400_000,
    ]);
    expect(["0d", "1d", "3650d", "3651d"].map((text) => read("retention", text))).toEqual([
      0,
      86_400_000,
      3650 * 86_400_000,
      undefined,
    ]);
    expect(["0%", "2.5%", "100%"].map((text) => read("maxRejected", text))).toEqual([0, 0.025, 1]);
    expect(["+00:00", "-05:30", "+14:00"].map((text) => read("defaultUtcOffset", text))).toEqual([
      0, -330, 840,
    ]);
  });

  test("are shown to the runners that take them and to no other", () => {
    const keys = { cli: Object.keys(settingsOf("cli")), lambda: Object.keys(settingsOf("lambda")) };
    expect(keys.lambda).toContain("databaseSecret");
    expect(keys.cli).not.toContain("databaseSecret");
    expect(keys.cli).toEqual(expect.arrayContaining(["deadline", "every"]));
    for (const key of ["deadline", "every"]) expect(keys.lambda).not.toContain(key);
    expect(new Set([...keys.cli, ...keys.lambda])).toEqual(new Set(Object.keys(plantSettings)));
  });

  test("never show a secret", () => {
    const { shown, issues } = resolveSettings(plantSettings, {
      ...nothing,
      environment: {
        DB_PASSWORD: "hunter2",
        PLANT_DATABASE: "mssql://sa:hun/t@er2@host/db",
        PLANT_API_URL: "ftp://me:hunter2@host",
      },
      flags: { archive: "mssql:/u:hunter2", plants: "Password = hunter2", deadline: "--dbPassword=hunter2" },
    });
    expect(JSON.stringify([shown, issues.map(describeSettingIssue)])).not.toMatch(/hun/);
    expect(shown.find(({ key }) => key === "database")?.value).toBe("mssql://***@host/db");
  });
});

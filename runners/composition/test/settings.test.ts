import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plantSettings, settingsOf } from "../src/settings/plant-settings.js";
import { redact } from "../src/settings/redact.js";
import { describeSettingIssue, resolveSettings } from "../src/settings/resolve-settings.js";

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
          dotEnv: { PLANT_CONCURRENCY: text(dotEnv) },
          configFile: { concurrency: text(config) },
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
      assumeOffset: 0,
      dbPort: 1433,
      archive: "file:plant-data/archive",
      olderThan: 86_400_000,
    });
  });

  test("are all judged at once, each issue with its place, name and value", () => {
    const { issues } = resolveSettings(plantSettings, {
      flags: { concurrency: "0" },
      environment: { PLANT_DEADLINE: "50" },
      dotEnv: { PLANT_MAX_REJECTED: "0.1" },
      configFile: { plants: "9-1", assumeOffset: "+15:00" },
    });
    expect(issues.map(describeSettingIssue)).toEqual([
      expect.stringMatching(/^plants \(config file\) is "9-1": must be "discover" or a list such as 1-50,60/),
      '--concurrency is "0": must be a whole number from 1 to 1000',
      'PLANT_DEADLINE (environment) is "50": must be a duration from 1ms to 24h, such as 500ms, 10s, 5m or 24h',
      'PLANT_MAX_REJECTED (.env) is "0.1": must be a percentage from 0% to 100%, such as 10%',
      'assumeOffset (config file) is "+15:00": must be an offset from UTC such as +00:00 or -05:30',
    ]);
  });

  test("count an empty environment variable as not set", () => {
    const { values } = resolveSettings(plantSettings, {
      ...nothing,
      environment: { PLANT_CONCURRENCY: "" },
      dotEnv: { PLANT_CONCURRENCY: "3" },
    });
    expect(values.concurrency).toBe(3);
  });

  test("are read from durations, percentages and offsets as people write them", () => {
    const read = (key: "deadline" | "maxRejected" | "assumeOffset", text: string) =>
      resolveSettings(plantSettings, { ...nothing, flags: { [key]: text } }).values[key];
    expect(["500ms", "10s", "5m", "24h"].map((text) => read("deadline", text))).toEqual([
      500, 10_000, 300_000, 86_400_000,
    ]);
    expect(["0%", "2.5%", "100%"].map((text) => read("maxRejected", text))).toEqual([0, 0.025, 1]);
    expect(["+00:00", "-05:30", "+14:00"].map((text) => read("assumeOffset", text))).toEqual([0, -330, 840]);
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
    });
    expect(JSON.stringify([shown, issues.map(describeSettingIssue)])).not.toMatch(/hun/);
    expect(shown.find(({ key }) => key === "database")?.value).toBe("mssql://***@host/db");
  });
});

describe("redact", () => {
  test("takes every password out of URLs and connection strings", () => {
    const part = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(part, (password) => {
        const secret = `<${password}>`;
        expect(redact(`at mssql://sa:${secret}@host/db now`)).toBe("at mssql://***@host/db now");
      }),
    );
    expect(redact("Server=h;Password=hunter2;x=1")).toBe("Server=h;Password=***;x=1");
    for (const harmless of [
      "https://tools.example/api/plants",
      "at http://127.0.0.1:8080 now",
      "http://[::1]:80/x",
      "s3://bucket/prefix?endpoint=http://127.0.0.1:9000&region=eu-west-2",
    ])
      expect(redact(harmless)).toBe(harmless);
    expect(redact("mssql://sa:'p w@d'@host/db")).toBe("mssql://***@host/db");
    expect(redact("mssql://sa:hunter2")).toBe("mssql://sa:***");
  });
});

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
      'PLANT_DEADLINE (environment) is "50": must be a duration from 1ms to 24h, such as 500ms, 10s, 5m, 24h or 7d',
      'PLANT_MAX_REJECTED (.env) is "0.1": must be a percentage from 0% to 100%, such as 10%',
      'assumeOffset (config file) is "+15:00": must be an offset from UTC such as +00:00 or -05:30',
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
      dotEnv: { PLANT_CONCURRENCY: "3" },
    });
    expect(values.concurrency).toBe(3);
  });

  test("are read from durations, percentages and offsets as people write them", () => {
    const read = (key: "deadline" | "olderThan" | "maxRejected" | "assumeOffset", text: string) =>
      resolveSettings(plantSettings, { ...nothing, flags: { [key]: text } }).values[key];
    expect(["500ms", "10s", "5m", "24h"].map((text) => read("deadline", text))).toEqual([
      500, 10_000, 300_000, 86_400_000,
    ]);
    expect(["0d", "1d", "3650d", "3651d"].map((text) => read("olderThan", text))).toEqual([
      0,
      86_400_000,
      3650 * 86_400_000,
      undefined,
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
  /** As it is, and as a URL has it; and with every sign that ends a part of a URL, a line or a sentence. */
  const passwords = fc
    .string({ unit: fc.constantFrom(..."ab1 9@:/?#%[]'\"\\.,;&=\n") })
    .chain((text) => fc.constantFrom(text, encodeURIComponent(text)))
    .map((text) => `<${text}>`);

  test("takes every password out of URLs, however odd it is and whatever is said around it", () => {
    const users = fc.constantFrom("sa", "first.last", "DOMAIN\\etl", "a%20b", "");
    const after = fc.constantFrom(
      "",
      "/db",
      ":1433/db?schema=x",
      "/db now",
      "/db. Write a URL, with @ : / as %40",
    );
    fc.assert(
      fc.property(
        fc.constantFrom("mssql", "https", "s3"),
        users,
        passwords,
        after,
        (scheme, user, password, rest) => {
          expect(redact(`at ${scheme}://${user}:${password}@host${rest}`)).toBe(
            `at ${scheme}://***@host${rest}`,
          );
        },
      ),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^\d{1,6}[/?#. ]\w*$/), passwords, (start, password) => {
        const shown = redact(`mssql://first.last:${start}${password}@host/db`);
        expect(shown).toBe("mssql://***@host/db");
      }),
    );
    expect(redact("mssql://sa:'p w@d'@host/db")).toBe("mssql://***@host/db");
    expect(redact("mssql://two words:p/w@host/db")).toBe("mssql://***@host/db");
    expect(redact("http://me:12/3@host")).toBe("http://***@host");
    expect(redact("http://first.last:12/3@host")).toBe("http://***@host");
    expect(redact("https://token-alone@host/x")).toBe("https://***@host/x");
    expect(redact("mssql://sa:hunter2")).toBe("mssql://sa:***");
  });

  test("takes the values of secret keys out", () => {
    expect(redact("Server=h;Password=hunter2;x=1")).toBe("Server=h;Password=***;x=1");
    expect(redact(`Pwd="hunter;2";User=sa`)).toBe("Pwd=***;User=sa");
    expect(redact("https://api.example/plants?key=hunter2&page=1")).toBe(
      "https://api.example/plants?key=***&page=1",
    );
    expect(redact("AWS_SECRET_ACCESS_KEY=hunter2 X-Amz-Signature=hunter2&x")).toBe(
      "AWS_SECRET_ACCESS_KEY=*** X-Amz-Signature=***&x",
    );
  });

  test("leaves everything else as it is", () => {
    for (const harmless of [
      "https://tools.example/api/plants",
      "at http://127.0.0.1:8080 now",
      "http://localhost:9000, and write to curator@museum.example",
      "http://[::1]:80/x or curator@museum.example",
      "http://minio:9000/x",
      "s3://bucket/prefix?endpoint=http://127.0.0.1:9000&region=eu-west-2",
      "s3://bucket?endpoint=http://127.0.0.1:9",
      "http://museum.example: not found",
      "mssql://host.example:1433/plants (schema dbo, by its URL)",
      "Write mssql://USER:PASSWORD@HOST:1433/DATABASE?schema=dbo, with @ : / ? # % in a part as %40 %3A.",
      "the sort key=3, kmsKeyId=x",
    ])
      expect(redact(harmless)).toBe(harmless);
    expect(
      redact("mssql://sa:hunter2@host/db is wrong. Write mssql://USER:PASSWORD@HOST:1433/DATABASE"),
    ).toBe("mssql://***@host/db is wrong. Write mssql://USER:PASSWORD@HOST:1433/DATABASE");
    expect(redact("s3://bucket?endpoint=http://me:hunter2@host:9")).toBe(
      "s3://bucket?endpoint=http://***@host:9",
    );
  });
});

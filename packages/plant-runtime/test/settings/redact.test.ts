import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plantSettings } from "../../src/settings/plant-settings.js";
import { redact } from "../../src/settings/redact.js";
import type { Parsed } from "../../src/settings/setting.js";

describe("redact", () => {
  test("keeps a sentence with a masked address twice", () => {
    const text =
      "No response from http://***@museum:8099/html could be read. Check that http://***@museum:8099/html is the API.";
    expect(redact(text)).toBe(text);
  });

  test("keeps what is said about an invalid value of any setting", () => {
    const messages = Object.values(plantSettings).flatMap(({ parse }) =>
      ["", "bad", "-1 x:"].flatMap((text) => {
        const parsed: Parsed<unknown> = parse(text);
        return "problem" in parsed ? parsed.problem : [];
      }),
    );
    expect(messages).toContainEqual(expect.stringContaining('lines such as "NAME: VALUE"'));
    expect(messages.map(redact)).toEqual(messages);
  });

  /** As it is, and as a URL has it; and with every sign that ends a part of a URL, a line or a sentence. */
  const passwords = fc
    .string({ unit: fc.constantFrom(..."ab1 9@:/?#%[]'\"\\.,;&=\n") })
    .chain((text) => fc.constantFrom(text, encodeURIComponent(text)))
    .map((text) => `<${text}>`);

  test("removes every password from URLs, with any characters in any text", () => {
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

  test("removes the values of secret keys", () => {
    expect(redact("Server=h;Password=hunter2;x=1")).toBe("Server=h;Password=***;x=1");
    expect(redact(`Pwd="hunter;2";User=sa`)).toBe("Pwd=***;User=sa");
    expect(redact("https://api.example/plants?key=hunter2&page=1")).toBe(
      "https://api.example/plants?key=***&page=***",
    );
    expect(redact("AWS_SECRET_ACCESS_KEY=hunter2 X-Amz-Signature=hunter2&x")).toBe(
      "AWS_SECRET_ACCESS_KEY=*** X-Amz-Signature=***&x",
    );
  });

  test("keeps everything else", () => {
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

/** Where people have put a secret; `§` stands for it. */
const forms = [
  "https://museum.example/plants?sig=§",
  "https://museum.example/plants?page=2&code=§&x=1",
  "https://museum.example/plants?auth=§#top",
  "https://museum.example/plants?jwt=§",
  "https://museum.example/plants?subscription-key=§",
  "https://museum.example/plants?X-Amz-Signature=§&X-Amz-Date=20260301",
  "https://museum.example/plants?§",
  "https://museum.example/plants#access_token=§",
  "https://museum.example/plants;jsessionid=§/list",
  "https://museum.example/api/§/plants",
  "https://hooks.example/services/§",
  "http:/museum.example/api/§/plants.csv",
  "https://me:§@museum.example/plants",
  "https://§@museum.example/plants",
  "/plants/8?token=§",
  "mssql://sa:§@host:1433/plants?schema=dbo",
  "mssql://sa:§",
  "mssql:/sa:§@host",
  "mssql:///sa:§@host",
  "mssql:sa:§@host",
  "mssql:sa:§",
  "mssql:/§",
  "mssql//sa:§@host",
  "sa:§@host",
  "sqlite:/u:§@h",
  "sqlite:plants.db?key=§",
  "s3://bucket/prefix?region=eu-west-2&token=§",
  "s3://bucket/prefix?endpoint=http://me:§@127.0.0.1:9000",
  "s3://bucket/prefix?endpoint=http%3A%2F%2Fme%3A§%40host",
  "Password = §",
  "PWD=§;Server=h",
  "Server=h,1433;User Id=sa;Password=§;Encrypt=true",
  "Server=h;User Id=sa;Password=two words §;Encrypt=true",
  "Driver={ODBC Driver 18 for SQL Server};Server=h;UID=sa;PWD={§};",
  "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=§==",
  "--dbPassword=§",
  "--db-password §",
  "DB_PASSWORD='§'",
  'DB_PASSWORD="§',
  "AWS_SECRET_ACCESS_KEY=§",
  '{"username": "sa", "password": "§"}',
  "password: §",
  "Authorization: Bearer §",
  "authorization: Basic §==",
  "x-api-key: §",
  "Authorization: Token §",
  "Authorization: ApiKey §",
  "proxy-authorization: Custom-Scheme id=1, §",
  'Authorization: Digest username="sa", response="§", uri="/plants"',
  "Authorization: AWS4-HMAC-SHA256 Credential=a/b, Signature=§",
  "Cookie: a=1; session=§; b=2",
  "Set-Cookie: session=§; HttpOnly",
  '{"cookie": ["a=1", "session=§"]}',
  "X-Auth-Token: §",
  "X-Auth-Token: Token §",
  "token: §",
  "client_secret: §",
  "apikey: §",
];

describe("a secret", () => {
  const secrets = fc.stringMatching(/^[a-f]\d[a-zA-Z0-9_~.-]{6,40}[a-zA-Z0-9]$/);

  test("is in no text, whatever form it has there and whatever stands around it", () => {
    const around = fc.constantFrom("", "cannot open ", "a (", 'the value "', "see http://localhost:8080/x; ");
    const after = fc.constantFrom("", " now", ": not found", ". Try again", ") → sqlite:plants.db");
    fc.assert(
      fc.property(fc.constantFrom(...forms), secrets, around, after, (form, secret, before, behind) => {
        const shown = redact(`${before}${form.replace("§", secret)}${behind}`);
        expect(shown).not.toContain(secret);
        expect(redact(shown)).toBe(shown);
      }),
      { numRuns: 5_000 },
    );
  });

  test("is found in linear time", () => {
    const length = 200_000;
    // Of the processor, because other programs run beside the tests. Linear work takes a tenth of it at most.
    const maxWorkMs = 2_400;
    for (const part of [
      "://a:",
      "a:b@ ",
      "?a=",
      "://x?",
      "password = ",
      "@",
      "=;",
      "https://h/a/",
      "eyJaaaaa.",
      "-a",
      "a:",
      "server =",
      "bearer ",
      "'",
      "(((((",
      "://x#",
      ":",
      "://h.x:80/",
      "mssql:a",
      "mssql: ",
      "/node_modules/@",
      "token: ",
      "authorization:\n",
    ]) {
      for (const end of ["", "@", "@ ", "@x", " @x"]) {
        const text = part.repeat(length / part.length) + end;
        const before = process.cpuUsage();
        redact(text);
        const { user, system } = process.cpuUsage(before);
        const workMs = (user + system) / 1000;
        expect([part, end, workMs < maxWorkMs ? "linear" : workMs]).toEqual([part, end, "linear"]);
      }
    }
  }, 600_000);
});

import { settingsOf } from "@lmnh/plant-runtime";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/settings/read-config.js";

const table = settingsOf("cli");
const issuesOf = (content: string) =>
  readConfig("f.json", content, table).issues.map(({ name, place, message }) => [name, place, message]);

describe("readConfig", () => {
  test("accepts text, numbers, true and false, each with its line", () => {
    expect(readConfig("f.json", '{"plants": "1-5",\n "concurrency": 4, "dbEncrypt": false}', table)).toEqual({
      texts: {
        plants: { text: "1-5", place: "f.json:1:12" },
        concurrency: { text: "4", place: "f.json:2:17" },
        dbEncrypt: { text: "false", place: "f.json:2:33" },
      },
      issues: [],
    });
  });

  test("rejects unknown keys, with the similar setting", () => {
    expect(issuesOf('{\n  "planst": "1-5", "concurrency": [4]\n}')).toEqual([
      ["planst", "f.json:2:3", "is not a setting; did you mean plants?"],
      ["concurrency", "f.json:2:35", "must be text, a number, true or false"],
    ]);
    for (const [key, suggestion] of [
      ["max-rejected", "maxRejected"],
      ["retentoin", "retention"],
      ["PLANT_DATABASE", "database"],
      ["PLANT_API_URL", "api"],
      ["apiUrl", "api"],
      ["DB_HOST", "dbHost"],
      ["Archive", "archive"],
    ])
      expect(issuesOf(JSON.stringify({ [String(key)]: "x" }))[0]?.[2]).toBe(
        `is not a setting; did you mean ${suggestion}?`,
      );
    expect(issuesOf('{"colour": 1}')[0]?.[2]).toMatch(/^is not a setting; there are: api, /);
  });

  test("rejects settings of another runner", () => {
    const [[, , message] = []] = issuesOf('{"databaseSecret": "plants"}');
    expect(message).toMatch(/^is not a setting(?!.*databaseSecret)/);
  });

  test("rejects a repeated key", () => {
    expect(issuesOf('{"plants": "1",\n"plants": "2"}')).toEqual([
      ["plants", "f.json:2:1", "is given twice, first at f.json:1:12; give it once"],
    ]);
  });

  test("rejects invalid JSON with line and column", () => {
    for (const [content, problem] of [
      ["", "is not JSON: unexpected the end at line 1, column 1"],
      [
        '{\n  "plants": "1-5",\n}',
        'is not JSON: unexpected "}" at line 3, column 1; no comma may come before it',
      ],
      [
        "{'plants': 1}",
        'is not JSON: unexpected "\'" at line 1, column 2; text must be in double quotation marks',
      ],
      ['{\n // ids\n"plants": 1}', 'is not JSON: unexpected "/" at line 2, column 2; JSON has no comments'],
      ["[]", 'must contain one JSON object, such as {"plants": "1-50"}'],
      ["null", 'must contain one JSON object, such as {"plants": "1-50"}'],
      ["[".repeat(200_000), "cannot be read: its JSON is nested too deeply"],
    ] as const)
      expect(issuesOf(content)).toEqual([["f.json", "f.json", problem]]);
  });

  test("rejects many unknown keys in a few lines", () => {
    const keys = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`key-${index}`, 1]));
    const issues = issuesOf(JSON.stringify(keys));
    expect(issues).toHaveLength(11);
    expect(issues.at(-1)?.[2]).toBe("has 4990 more keys that are not settings");
  });
});

import { settingsOf } from "@lmnh/plant-composition";
import { describe, expect, test } from "vitest";
import { readConfig } from "../src/read-config.js";

const table = settingsOf("cli");

describe("a config file", () => {
  test("may hold text, numbers and truth, and nothing that is not a setting", () => {
    expect(readConfig("f.json", '{"plants": "1-5", "concurrency": 4}', table)).toEqual({
      given: { plants: "1-5", concurrency: "4" },
      issues: [],
    });
    const { issues } = readConfig("f.json", '{"planst": "1-5", "concurrency": [4]}', table);
    expect(issues.map(({ name }) => name)).toEqual(["planst", "concurrency"]);
    for (const broken of ["", "[]", "null", "{"])
      expect(readConfig("f.json", broken, table).issues).toHaveLength(1);
  });

  test("may not hold what only another runner takes", () => {
    const { issues } = readConfig("f.json", '{"databaseSecret": "plants"}', table);
    expect(issues).toEqual([
      expect.objectContaining({
        name: "databaseSecret",
        message: expect.stringMatching(/^is not a setting; f\.json may have: (?!.*databaseSecret)/),
      }),
    ]);
  });
});

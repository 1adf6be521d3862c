import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { plantSettings, settingsOf } from "@lmnh/plant-composition";
import { describe, expect, test } from "vitest";
import packageJson from "../package.json";
import { commands, summary } from "../src/program.js";
import { writeReference } from "../src/reference.js";
import { makeFolder, plant } from "./support/plant.js";

describe("the program", () => {
  test("tells its version and its commands", async () => {
    expect(await plant(["--version"])).toMatchObject({ code: 0, stdout: `${packageJson.version}\n` });
    expect(await plant(["--help"])).toMatchObject({ code: 0, stdout: expect.stringContaining("simulate") });
    expect(await plant(["run", "--help"])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Examples:[\s\S]*Exit codes:/),
    });
  });

  test("exits with 2, one line and the next step for what it does not know", async () => {
    for (const args of [
      ["rum"],
      ["run", "--wat"],
      ["run", "extra"],
      ["run", "--api"],
      ["run", "--quiet", "--verbose"],
      ["run", "--replay", "answers.ndjson", "--plants", "1-3"],
    ]) {
      const { code, stdout, stderr } = await plant(args);
      expect([args, code, stdout]).toEqual([args, 2, ""]);
      expect(stderr).toMatch(/^error: .*\n(\(Did you mean .*\)\n)?\n?See: plant (run )?--help\n$/);
      expect(stderr).toContain(`See: plant ${args[0] === "run" ? "run " : ""}--help`);
    }
  });

  test("exits with 2 for a flag's value that cannot be, naming all of them", async () => {
    const { code, stderr } = await plant([
      "run",
      "--concurrency",
      "no",
      "--api",
      "ftp://x",
      "--plants",
      "0-9999999",
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--api is "ftp:\/\/x"/);
    expect(stderr).toMatch(/--concurrency is "no"/);
    expect(stderr).toMatch(/--plants is "0-9999999".*at most 1000000/);
  });

  test("exits with 78 for values of the environment, .env and config file that cannot be, naming all of them", async () => {
    const cwd = makeFolder();
    writeFileSync(join(cwd, ".env"), "PLANT_DEADLINE=soon\n");
    writeFileSync(join(cwd, "mine.json"), '{ "planst": "1-50", "every": "often" }');
    const { code, stderr } = await plant(["run", "--config", "mine.json"], {
      cwd,
      env: { PLANT_CONCURRENCY: "0" },
    });
    expect(code).toBe(78);
    expect(stderr.trim().split("\n")).toEqual([
      expect.stringMatching(/^error: planst \(config file\) is not a setting; mine\.json may have: api, /),
      expect.stringMatching(/^error: PLANT_CONCURRENCY \(environment\) is "0"/),
      expect.stringMatching(/^error: PLANT_DEADLINE \(\.env\) is "soon"/),
      expect.stringMatching(/^error: every \(config file\) is "often"/),
    ]);
  });

  test("leaves stdout empty under --json when it ends without a report", async () => {
    for (const args of [
      ["migrate", "--database", "sqlite:nowhere/x.db", "--json"],
      ["verify", "--json"],
    ])
      expect(await plant(args)).toMatchObject({
        code: 78,
        stdout: "",
        stderr: expect.stringMatching(/^error: .*\n$/),
      });
  });

  test("shows a stack only when it is asked to", async () => {
    const wrong = ["migrate", "--database", "sqlite:nowhere/x.db"];
    expect((await plant(wrong)).stderr).not.toMatch(/\n\s+at /);
    expect((await plant(wrong, { env: { PLANT_DEBUG: "1" } })).stderr).toMatch(/\n\s+at /);
  });
});

test("no command has a setting that only another runner takes", () => {
  const foreign = Object.keys(plantSettings).filter((key) => !Object.hasOwn(settingsOf("cli"), key));
  expect(foreign).not.toEqual([]);
  expect(commands.flatMap(({ settings }) => foreign.filter((key) => Object.hasOwn(settings, key)))).toEqual(
    [],
  );
});

test("docs/cli.md is what the program says of itself; if not: npm run docs", async () => {
  await expect(writeReference(summary, commands)).toMatchFileSnapshot("../../../docs/cli.md");
});

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { apiVersions } from "@lmnh/museum-simulator";
import { plantSettings, settingsOf } from "@lmnh/plant-runtime";
import { describe, expect, test } from "vitest";
import { withActions, writeReference } from "../build/generate-reference.js";
import packageJson from "../package.json";
import { loadCommand } from "../src/commands/index.js";
import { commandNames, commandSummaries } from "../src/commands/summaries.js";
import { summary } from "../src/program.js";
import { makeFolder } from "./support/folder.js";
import { plant } from "./support/plant.js";
import { plantProcess } from "./support/plant-process.js";

const commands = await Promise.all(
  commandNames.map(async (name) => ({
    name,
    summary: commandSummaries[name],
    ...(await loadCommand[name]()),
  })),
);

describe("the program", () => {
  test("prints its version and its commands", async () => {
    expect(await plant(["--version"])).toMatchObject({ code: 0, stdout: `${packageJson.version}\n` });
    expect(await plant(["--help"])).toMatchObject({ code: 0, stdout: expect.stringContaining("simulate") });
    expect(await plant(["run", "--help"])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Examples:[\s\S]*Exit codes:/),
    });
  });

  test("exits with 2, one line and the next step for an unknown command or option", async () => {
    for (const args of [
      ["rum"],
      ["run", "--wat"],
      ["run", "extra"],
      ["run", "--api"],
      ["run", "--quiet", "--verbose"],
      ["run", "--replay", "responses.ndjson", "--plants", "1-3"],
    ]) {
      const { code, stdout, stderr } = await plant(args);
      expect([args, code, stdout]).toEqual([args, 2, ""]);
      expect(stderr).toMatch(/^error: .*\nSee: plant (run )?--help\n$/);
      expect(stderr).toContain(`See: plant ${args[0] === "run" ? "run " : ""}--help`);
    }
  });

  test("suggests a similar command or option, and does not print its value", async () => {
    for (const [args, message] of [
      [["rnu"], "unknown command 'rnu' (did you mean run?)"],
      [["verify", "--deep"], "unknown command 'verify' (did you mean archive verify?)"],
      [["archive", "verfy"], "archive has no action 'verfy' (did you mean verify?)"],
      [
        ["archive", "--database", "sqlite:x", "verify"],
        "option '--database <url>' is before 'verify'; put it behind",
      ],
      [["run", "--databse=sqlite:x"], "unknown option '--databse' (did you mean --database?)"],
      [["run", "--max_rejected", "5%"], "unknown option '--max_rejected' (did you mean --max-rejected?)"],
      [
        ["simulate", "--api-version=V0"],
        `--api-version is "V0": must be one of ${apiVersions.join(", ")}, such as v0`,
      ],
      [
        ["simulate", "--latency", "5"],
        '--latency is "5": must be "real", "none" or a duration up to 1h, such as 5ms',
      ],
      [["run", "--dbPassword=hunter2"], "unknown option '--dbPassword'"],
      [["run", "-phunter2"], "unknown option '-p'"],
      [["mssql://sa:hunter2@host"], "unknown command"],
    ] as const) {
      const { code, stderr } = await plant(args);
      expect([args, code, stderr.split("\n")[0]]).toEqual([args, 2, `error: ${message}`]);
    }
  });

  test("exits with 2 for an option that occurs twice, or whose value is an option", async () => {
    for (const [args, message] of [
      [
        ["run", "--plants", "1", "--plants=2"],
        /^error: option '--plants <ids>' is given twice; give it once\nSee: /,
      ],
      [["run", "--record", "--verbose"], /^error: option '--record <file>' argument missing: .*\nSee: /],
      [["run", "--replay", "-q"], /^error: option '--replay <file>' argument missing: .*\nSee: /],
    ] as const)
      expect([args, await plant(args)]).toEqual([
        args,
        expect.objectContaining({ code: 2, stderr: expect.stringMatching(message) }),
      ]);
    expect(
      (await plant(["doctor", "--quiet", "--quiet", "--plants", "1", "--plants", "1", "--config", "no"]))
        .code,
    ).not.toBe(2);
  });

  test("prints only the beginning of a long rejected value", async () => {
    const { code, stderr } = await plant(["run", "--plants", `${"1,".repeat(20_000)}x`]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: --plants is "1,1,/);
    expect(stderr.length).toBeLessThan(1_000);
  });

  test("exits with 2 for invalid values of flags, and names all of them", async () => {
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

  test("exits with 78 for invalid values of the environment, .env and config file, and names all of them", async () => {
    const cwd = makeFolder();
    writeFileSync(join(cwd, ".env"), "PLANT_DEADLINE=soon\n");
    writeFileSync(join(cwd, "mine.json"), '{ "planst": "1-50", "every": "often" }');
    const { code, stderr } = await plant(["run", "--config", "mine.json"], {
      cwd,
      env: { PLANT_CONCURRENCY: "0" },
    });
    expect(code).toBe(78);
    expect(stderr.trim().split("\n")).toEqual([
      "error: planst (mine.json:1:3) is not a setting; did you mean plants?",
      expect.stringMatching(/^error: PLANT_CONCURRENCY \(environment\) is "0"/),
      expect.stringMatching(/^error: PLANT_DEADLINE \(\.env:1\) is "soon"/),
      expect.stringMatching(/^error: every \(mine\.json:1:30\) is "often"/),
    ]);
  });

  test("prints one document with outcome, reason, exitCode and error under --json when it fails before its report", async () => {
    const cwd = makeFolder();
    for (const [args, exitCode, reason, env = {}] of [
      [["migrate", "--database", "sqlite:nowhere/x.db"], 78, "DATABASE_MISSING"],
      [["run", "--database", `sqlite:${cwd}`], 78, expect.stringMatching(/^[A-Z_]+$/)],
      [["archive", "--database", "sqlite:none.db"], 78, "DATABASE_MISSING"],
      [["archive", "verify"], 78, "CONFIGURATION_INVALID"],
      [["archive", "ls"], 78, "CONFIGURATION_INVALID", { PLANT_DATABSE: "x" }],
      [["run", "--replay", "none.ndjson"], 78, "ENOENT"],
      [["run", "--plants", "x"], 2, "USAGE_INVALID"],
      [["run", "--wat"], 2, "USAGE_INVALID"],
    ] as const) {
      const { code, stdout, stderr } = await plant([...args, "--json"], { cwd, env });
      expect([args, code, stdout.split("\n")]).toEqual([args, exitCode, [expect.anything(), ""]]);
      const document = JSON.parse(stdout) as { readonly problem: string };
      expect([args, document]).toEqual([
        args,
        {
          outcome: "failed",
          reason,
          exitCode,
          problem: expect.stringMatching(/./),
          error: { code: reason, message: document.problem, exitCode },
        },
      ]);
      expect(stderr).toContain(`error: ${document.problem}\n`);
    }
  });

  test("prints a stack only with PLANT_DEBUG", async () => {
    const wrong = ["migrate", "--database", "sqlite:nowhere/x.db"];
    expect((await plant(wrong)).stderr).not.toMatch(/\n\s+at /);
    expect((await plant(wrong, { env: { PLANT_DEBUG: "1" } })).stderr).toMatch(/\n\s+at /);
  });
});

test("the help of every command fits a terminal of 80 columns, except for commands to type", async () => {
  for (const { name, examples } of withActions(commands)) {
    const { stdout } = await plant([...name.split(" "), "--help"]);
    const wide = stdout.split("\n").filter((line) => line.length > 80);
    expect(wide.filter((line) => !examples.some(([typed]) => line.trim() === typed))).toEqual([]);
    for (const [typed, meaning] of examples) {
      expect(stdout).toContain(typed);
      expect(stdout.replace(/\s+/g, " ")).toContain(meaning);
    }
  }
});

test("plant exits with 78 and one line in a deleted working directory", {
  skip: process.platform === "win32",
}, async () => {
  const shell = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"';
  const line = expect.stringMatching(/^error: The working directory does not exist.*\n$/);
  expect(await plantProcess(["run"], { shell })).toEqual({ code: 78, stdout: "", stderr: line });
  expect(await plantProcess(["run", "--json"], { shell })).toMatchObject({
    code: 78,
    stdout: expect.stringMatching(/"exitCode":78/),
    stderr: line,
  });
  expect(await plantProcess(["--version"], { shell })).toMatchObject({ code: 0, stderr: "" });
});

test("the help of run names every signal that stops it", () => {
  const help = commands.find(({ name }) => name === "run")?.description.join(" ") ?? "";
  expect(help.match(/Ctrl-C[^.]*?SIGTERM/g)?.length).toBe(help.match(/SIGTERM or SIGHUP/g)?.length);
});

test("no command has a setting of another runner", () => {
  const foreign = Object.keys(plantSettings).filter((key) => !Object.hasOwn(settingsOf("cli"), key));
  expect(foreign).not.toEqual([]);
  expect(
    withActions(commands).flatMap(({ settings }) => foreign.filter((key) => Object.hasOwn(settings, key))),
  ).toEqual([]);
});

test("docs/cli.md equals the help of the program; if not: npm run docs", async () => {
  await expect(writeReference(summary, commands)).toMatchFileSnapshot("../../../docs/cli.md");
});

test("each setting's key is its flag in camel case, as in commander's options", () => {
  for (const { name, settings } of withActions(commands))
    for (const [key, { flag }] of Object.entries(settings)) {
      if (flag === undefined) continue;
      const option = /^--(?:no-)?([a-z-]+)/.exec(flag)?.[1] ?? "";
      expect([name, key]).toEqual([name, option.replace(/-./g, (letters) => letters.slice(1).toUpperCase())]);
    }
});

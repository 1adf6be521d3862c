import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import {
  type CompletedCommand,
  type CompletedOption,
  completionScript,
} from "../../src/command-line/completion-script.js";
import { plant } from "../support/plant.js";

const option = (name: string, value: CompletedOption["value"] = "none", description = name) => ({
  name,
  description,
  value,
});

const commands: readonly CompletedCommand[] = [
  {
    name: "run",
    summary: "Load the readings: once, or every minute",
    operand: "none",
    options: [
      option("--api", "text", "The plant's API [https]: $(touch pwned) `touch pwned`"),
      option("--record", "file", "A file"),
      option("--watch", "none", "Again"),
    ],
    actions: [],
  },
  {
    name: "alert",
    summary: "Check it's well",
    operand: "none",
    options: [option("--dry-run")],
    actions: [
      { name: "ack", summary: "", operand: "none", options: [option("--by", "text")], actions: [] },
      { name: "test", summary: "", operand: ["mail", "hook"], options: [], actions: [] },
    ],
  },
  { name: "backup", summary: "Copy", operand: "file", options: [option("--force")], actions: [] },
];

const has = (shell: string) => {
  try {
    execFileSync(shell, ["-c", "true"]);
    return true;
  } catch {
    return false;
  }
};

function inFolder(shell: "bash" | "zsh" | "fish") {
  const folder = mkdtempSync(join(tmpdir(), "plant-completion-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "script"), completionScript(shell, commands));
  writeFileSync(join(folder, "readings.ndjson"), "");
  return async (code: string) => {
    const { stdout } = await promisify(execFile)(shell, ["-c", code], { cwd: folder });
    return stdout.trim().split("\n");
  };
}

test.skipIf(!has("bash")).each([
  [["plant", "r"], ["run"]],
  [
    ["plant", "alert", ""],
    ["ack", "test", "--dry-run", "--help"],
  ],
  [
    ["plant", "alert", "ack", "--"],
    ["--by", "--help"],
  ],
  [
    ["plant", "alert", "test", ""],
    ["mail", "hook", "--help"],
  ],
  [["plant", "alert", "test"], ["test"]],
  [
    ["plant", "alert", "--dry-run", "--"],
    ["--dry-run", "--help"],
  ],
  [["plant", "backup", "read"], ["readings.ndjson"]],
  [
    ["plant", "backup", "-"],
    ["--force", "--help"],
  ],
  [["plant", "run", "--a"], ["--api"]],
  [["plant", "run", "--record", "read"], ["readings.ndjson"]],
  [["plant", "run", "--api", ""], [""]],
  [["plant", "nonsense", ""], [""]],
])("completionScript of bash completes %j as %j", async (words, completions) => {
  const bash = inFolder("bash");
  const list = words.map((word) => `"${word}"`).join(" ");
  expect(
    await bash(
      `source ./script; COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _plant; printf '%s\\n' "\${COMPREPLY[@]}"; ls pwned 2>/dev/null; true`,
    ),
  ).toEqual(completions);
});

test.skipIf(!has("fish")).each([
  ["plant r", ["run\tLoad the readings: once, or every minute"]],
  ["plant alert ", ["ack", "test"]],
  ["plant alert ack --", ["--by\t--by"]],
  ["plant alert --d", ["--dry-run\t--dry-run"]],
  ["plant backup read", ["readings.ndjson"]],
  ["plant run --a", ["--api\tThe plant's API [https]: $(touch pwned) `touch pwned`"]],
])("completionScript of fish completes %j as %j", async (line, completions) => {
  const fish = inFolder("fish");
  expect(await fish(`source ./script; complete -C '${line}'`)).toEqual(completions);
});

test.skipIf(!has("zsh"))(
  "completionScript of zsh is valid, and expands nothing of a description",
  async () => {
    const zsh = inFolder("zsh");
    const asked = await zsh(
      // The functions of the completion system, as far as they are called: they print what they are given.
      `compdef() { echo "compdef $*" }; source ./script; _describe() { print -rl -- $commands }; _arguments() { print -rl -- "$@" }
     words=(plant r) CURRENT=2; _plant; words=(plant run --) CURRENT=3; _plant; words=(plant alert ack --) CURRENT=4; _plant
     words=(plant backup "") CURRENT=3; _plant; ls pwned 2>/dev/null; true`,
    );
    expect(asked).toEqual([
      "compdef _plant plant",
      "run:Load the readings\\: once, or every minute",
      "alert:Check it's well",
      "backup:Copy",
      "--api[The plant's API \\[https\\]\\: $(touch pwned) `touch pwned`]:value: ",
      "--record[A file]:file:_files",
      "--watch[Again]",
      "*:word:()",
      "--by[--by]:value: ",
      "*:word:()",
      "--force[--force]",
      "*:file:_files",
    ]);
  },
);

test("plant completion prints the script of a shell with every command, and names the shells for another word", async () => {
  const { code, stdout } = await plant(["completion", "bash"]);
  expect(code).toBe(0);
  for (const word of ['"run "', "--replay", '"alert ack")', '"completion "', "bash zsh fish"])
    expect(stdout).toContain(word);
  expect(await plant(["completion", "bsh"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('"bsh" is unknown: it must be one of bash, zsh, fish, such as bash'),
  });
});

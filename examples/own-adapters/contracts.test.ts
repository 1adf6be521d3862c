import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { declareContracts } from "./contracts.js";

declareContracts({ describe, test });

const here = import.meta.dirname;

// The packages' ESM and CJS builds, without vitest.
test.each([
  ["ESM", "module", ts.ModuleKind.ESNext],
  ["CJS", "commonjs", ts.ModuleKind.CommonJS],
])("the contract suites run under node:test, in %s", async (_format, type, module) => {
  const folder = await mkdtemp(join(tmpdir(), "own-adapters-"));
  try {
    await symlink(join(here, "../../node_modules"), join(folder, "node_modules"), "junction");
    await mkdir(join(folder, "out"));
    await writeFile(join(folder, "out/package.json"), JSON.stringify({ type }));
    for (const file of await readdir(here)) {
      if (!file.endsWith(".ts") || file.endsWith(".test.ts")) continue;
      const source = await readFile(join(here, file), "utf8");
      const { outputText } = ts.transpileModule(source, {
        compilerOptions: { module, target: ts.ScriptTarget.ES2022 },
      });
      await writeFile(join(folder, "out", file.replace(/\.ts$/, ".js")), outputText);
    }
    const main =
      'import { describe, test } from "node:test";\nimport { declareContracts } from "./contracts.js";\n';
    const { outputText } = ts.transpileModule(`${main}declareContracts({ describe, test });`, {
      compilerOptions: { module },
    });
    await writeFile(join(folder, "out/contracts.test.js"), outputText);
    const { NODE_OPTIONS: _, ...env } = process.env;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--test", "--test-reporter=tap", join(folder, "out/contracts.test.js")],
      { env, maxBuffer: 64 * 1024 * 1024 },
    );
    // One at least of each suite, and dozens of all.
    expect(stdout).toMatch(/^# pass (?:[5-9]\d|\d{3,})$/m);
    expect(stdout).toMatch(/^# fail 0$/m);
    expect(stdout).toMatch(/# SKIP a write is one statement$/m);
  } finally {
    await rm(folder, { recursive: true });
  }
});

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readText } from "./configuration.js";

const workflows = fileURLToPath(new URL("../../.github/workflows", import.meta.url));
const workflowFiles = readdirSync(workflows).map((name) => `../.github/workflows/${name}`);

/** Images whose digest could be looked up in no public source. */
const byTagAlone = [/^public\.ecr\.aws\/lambda\/nodejs:24\.\d{4}\.\d\d\.\d\d\.\d\d$/];

function linesOf(path: string): string[] {
  return readText(path)
    .split("\n")
    .map((line) => line.trim());
}

describe.each(workflowFiles)("The workflow %s", (path) => {
  it("runs each action at a commit, with the tag of that commit beside it", () => {
    const actions = linesOf(path).filter((line) => /^(- )?uses:/.test(line));
    expect(actions.length).toBeGreaterThan(0);
    for (const action of actions)
      expect(action).toMatch(/^(- )?uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it("gives one action one commit", () => {
    const commits = new Map<string, Set<string>>();
    for (const [, name = "", commit = ""] of readText(path).matchAll(/uses: (\S+)@(\S+)/g))
      commits.set(name, (commits.get(name) ?? new Set()).add(commit));
    for (const [name, found] of commits) expect([...found], name).toHaveLength(1);
  });
});

describe("Container images", () => {
  const images = [...workflowFiles, "../docker-compose.yml", "../runners/lambda/Dockerfile"].flatMap((path) =>
    linesOf(path).flatMap((line) => /^(?:image: |FROM (?:--platform=\S+ )?)(\S+)/.exec(line)?.[1] ?? []),
  );

  it("have an exact tag and a digest, or are known to have a tag alone", () => {
    expect(images.length).toBeGreaterThanOrEqual(5);
    for (const image of images) {
      if (byTagAlone.some((pattern) => pattern.test(image))) continue;
      expect(image).toMatch(/:[\w.-]*\d[\w.-]*@sha256:[0-9a-f]{64}$/);
    }
  });

  it("are the same for the same server", () => {
    const servers = images.filter((image) => image.includes("mssql/server"));
    expect(servers).toHaveLength(2);
    expect(new Set(servers).size).toBe(1);
  });
});

import { describe, expect, test } from "vitest";
import { adviseBy, programName } from "../../src/command-line/program-name.js";

describe("the program's name in advice", () => {
  test("is `npx plant` if npm started it or the project has it, `plant` if it is in the PATH, and else its path", () => {
    const byNpm = { npm_execpath: "/usr/lib/node_modules/npm/bin/npm-cli.js" };
    for (const [scriptPath, environment, name, directory = "/home/me"] of [
      ["/home/me/museum/node_modules/.bin/plant", {}, "npx plant", "/home/me/museum"],
      ["/home/me/museum/node_modules/.bin/plant", {}, "npx plant", "/home/me/museum/data"],
      ["C:\\museum\\node_modules\\.bin\\plant", {}, "npx plant", "C:\\museum"],
      [
        "/home/me/museum/node_modules/.bin/plant",
        {},
        "/home/me/museum/node_modules/.bin/plant",
        "/home/me/museum2",
      ],
      ["/opt/the plant/node_modules/.bin/plant", byNpm, "'/opt/the plant/node_modules/.bin/plant'"],
      ["/home/me/museum/runners/cli/dist/plant.js", byNpm, "npx plant"],
      ["/home/me/museum/runners/cli/dist/plant.js", {}, "plant"],
      ["/usr/local/bin/plant", {}, "plant"],
      ["/usr/local/bin/plant", byNpm, "plant"],
      ["", {}, "plant"],
    ] as const)
      expect([scriptPath, programName({ scriptPath, environment, directory })]).toEqual([scriptPath, name]);
  });

  test("replaces `plant` in advised commands only", () => {
    for (const [text, shown] of [
      [
        "It is older. Bring it up to date: plant migrate",
        "It is older. Bring it up to date: npx plant migrate",
      ],
      [
        "Nothing was changed; run plant migrate as the owner.",
        "Nothing was changed; run npx plant migrate as the owner.",
      ],
      [
        "it is not there yet; a run or plant migrate makes it",
        "it is not there yet; a run or npx plant migrate makes it",
      ],
      ["plant run --watch", "npx plant run --watch"],
      ["  plant run --watch", "  npx plant run --watch"],
      ["See: plant --help", "See: npx plant --help"],
      ["it is behind → plant archive; plant archive", "it is behind → npx plant archive; npx plant archive"],
      [
        "mv a b && plant archive restore --all && plant archive --adopt",
        "mv a b && npx plant archive restore --all && npx plant archive --adopt",
      ],
      ["npx plant doctor", "npx plant doctor"],
      ["sqlite:my plant run.db is locked", "sqlite:my plant run.db is locked"],
      ["plant 8: answered 500", "plant 8: answered 500"],
    ] as const) {
      expect(adviseBy("npx plant", text)).toBe(shown);
      expect(adviseBy("plant", text)).toBe(text);
    }
  });
});

import type { ArchiveReport } from "@lmnh/plant-archive";
import type { Report } from "@lmnh/plant-etl";
import { describe, expect, test } from "vitest";
import { judgeArchive } from "../src/judge-archive.js";
import { judgeReport, type Measure } from "../src/judge-report.js";

const goodRun: Report = {
  runId: "r",
  startedAt: "2026-03-01T12:00:00.000Z",
  finishedAt: "2026-03-01T12:00:01.000Z",
  durationMs: 1000,
  asked: 50,
  loaded: 50,
  duplicates: 0,
  conflicts: 0,
  flagged: 0,
  notices: { notFound: 0, onLoan: 0, sensorFault: 0 },
  rejected: 0,
  failed: 0,
  detailsRefused: 0,
  complete: true,
  failures: [],
  unknownKeys: [],
  unknownKeysOmitted: 0,
};

const measure: Measure = {
  maxRejected: 0.1,
  maxFailed: 0.5,
  sourceName: "http://museum",
  stopped: false,
  runner: "cli",
};

const judge = (report: Partial<Report>, changed: Partial<Measure> = {}) =>
  judgeReport({ ...goodRun, ...report }, { ...measure, ...changed });

const timeouts = (count: number) => [{ code: "timeout" as const, count, plants: "1-50", message: "slow" }];

describe("a run", () => {
  test("is good up to the shares of refused and missing answers that are allowed", () => {
    const good = { exitCode: 0, problem: null };
    expect(judge({})).toEqual(good);
    expect(judge({ loaded: 45, rejected: 5 })).toEqual(good);
    expect(judge({ loaded: 25, failed: 25, failures: timeouts(25) })).toEqual(good);
    expect(judge({ loaded: 44, rejected: 6 })).toMatchObject({
      exitCode: 65,
      problem: expect.stringMatching(/^6 of 50 answers were refused, more than the 10% allowed/),
    });
    expect(judge({ loaded: 24, failed: 26, failures: timeouts(26) })).toMatchObject({
      exitCode: 75,
      problem: expect.stringMatching(/^26 of 50 plants are without an answer, more than the 50% allowed/),
    });
  });

  test("that asked nobody or got no answer is not good, whatever the shares", () => {
    const lax = { maxRejected: 1, maxFailed: 1 };
    expect(judge({ asked: 0, loaded: 0 }, lax)).toMatchObject({ exitCode: 65 });
    expect(judge({ loaded: 0, failed: 50, failures: timeouts(50) }, lax)).toMatchObject({
      exitCode: 75,
      problem: expect.stringMatching(/^No answer from http:\/\/museum \(timeout: slow\)/),
    });
  });

  test("that was cut short is to be done again, and whether it was stopped is told apart", () => {
    const cut = { complete: false, loaded: 40, failed: 10 };
    expect(judge(cut)).toMatchObject({
      exitCode: 75,
      problem: expect.stringMatching(/by its deadline: 10 of 50/),
    });
    expect(judge(cut, { stopped: true })).toMatchObject({
      exitCode: 75,
      problem: expect.stringMatching(/was stopped: 10 of 50/),
    });
  });

  test("is advised on in the words of whoever ran it", () => {
    const bad: Partial<Report>[] = [
      { loaded: 0, failed: 50, failures: timeouts(50) },
      { loaded: 0, rejected: 50 },
      { complete: false },
      { loaded: 0, failed: 49, failures: timeouts(49), rejected: 1 },
    ];
    const said = (runner: Measure["runner"]) => bad.map((report) => judge(report, { runner }).problem);
    expect(said("cli")).toEqual([
      expect.stringMatching(/\(--api\).*plant simulate$/),
      expect.stringMatching(/\(--max-rejected\)/),
      expect.stringMatching(/with --deadline\.$/),
      expect.stringMatching(/\(--max-failed\)/),
    ]);
    expect(said("lambda")).toEqual([
      expect.stringMatching(/\(PLANT_API_URL\) and the network$/),
      expect.stringMatching(/\(PLANT_MAX_REJECTED\)/),
      expect.stringMatching(/give the function more time\.$/),
      expect.stringMatching(/\(PLANT_MAX_FAILED\)/),
    ]);
  });
});

const goodArchive: ArchiveReport = {
  runId: "r",
  startedAt: "2026-03-01T12:00:00.000Z",
  finishedAt: "2026-03-01T12:00:01.000Z",
  durationMs: 1000,
  dryRun: false,
  archived: { rows: 10, files: 1, bytes: 1000 },
  pruned: { rows: 0, files: 0 },
  again: { duplicates: 0, conflicts: 0 },
  verified: true,
  setAside: [],
  problems: [],
  leftToOthers: 0,
  partitions: [],
  summarised: [],
  complete: true,
};

describe("an archive run", () => {
  test("is good when every file is what it should be and nothing is left", () => {
    expect(judgeArchive(goodArchive)).toEqual({ exitCode: 0, problem: null });
  });

  test("that set files aside is refused, and says the first reason and how many more there are", () => {
    const damaged = { key: "a", reason: "a is damaged" };
    const other = { key: "b", reason: "b is odd" };
    expect(judgeArchive({ ...goodArchive, setAside: [damaged], problems: [other] })).toMatchObject({
      exitCode: 65,
      problem: expect.stringMatching(
        /^Not as it was written: a is damaged \(and 1 more\)\. .*nothing was deleted/,
      ),
    });
    expect(judgeArchive({ ...goodArchive, problems: [other] })).toEqual({
      exitCode: 65,
      problem: "b is odd",
    });
  });

  test("is told of in sentences with one full stop, whether the reason has one or not", () => {
    const problems = [{ key: "a", reason: "a is damaged. Compare it with a backup." }];
    expect(judgeArchive({ ...goodArchive, setAside: problems }).problem).toMatch(
      /a backup\. It is set aside/,
    );
    expect(judgeArchive({ ...goodArchive, problems: [...problems, ...problems] }).problem).toBe(
      "a is damaged. Compare it with a backup (and 1 more)",
    );
  });

  test("that was stopped is to be done again, unless something worse is known", () => {
    expect(judgeArchive({ ...goodArchive, complete: false })).toMatchObject({ exitCode: 75 });
    const problems = [{ key: "b", reason: "b is odd" }];
    expect(judgeArchive({ ...goodArchive, problems, complete: false })).toMatchObject({ exitCode: 65 });
  });
});

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assessStatus, type StatusFacts, type StatusReport } from "../../src/index.js";
import { known, minuteMs, nowMs, run, wellFacts } from "./facts.js";

const sections = [
  ...readFileSync(new URL("../../../../docs/operations.md", import.meta.url), "utf8").matchAll(/^#+ (.*)$/gm),
].map(([, heading = ""]) => `docs/operations.md#${heading.toLowerCase().replaceAll(" ", "-")}`);

const problemsOf = ({ lines }: StatusReport) =>
  lines.flatMap(({ topic, problems }) => problems.map(({ reason }) => `${topic} ${reason}`));

const runsOf = (changes: object) => {
  const { runs } = wellFacts();
  return known({ ...(runs.kind === "known" ? runs.facts : ({} as never)), ...changes });
};
const dayOfRuns = (make: (ago: number) => ReturnType<typeof run>) =>
  Array.from({ length: 20 }, (_, index) => make(index + 1));

test("assessStatus finds nothing where everything is well, and states the expected readings", () => {
  const report = assessStatus(wellFacts(), nowMs);
  expect(report).toMatchObject({ outcome: "ok", exitCode: 0, intervalMs: minuteMs, expected: 1440 * 48 });
  expect(problemsOf(report)).toEqual([]);
  expect(report.lines.map(({ topic, text }) => `${topic}: ${text}`)).toEqual([
    "database: sqlite:plants.db, 5.6 MB",
    "clock: 2026-11-29 12:00 UTC",
    "runs: last ok 1 min ago; none not ok in 24 h; 1,440 in 24 h, one every 1 min",
    "readings: newest 1 min ago; 69,000 of 69,120 expected in 24 h, 12 flagged",
    "plants: 49 known, none silent",
    "rejections: 0 responses and 0 details open, 0 of 24 h",
    "alerts: none open; nothing delivered yet",
    "archive: 48 files, 373.0 kB, to 2026-11-29T10; 96 readings not archived yet; no deep verification without a problem yet",
    "disk: 70.0 GB of 270.0 GB free (database and archive)",
  ]);
});

const failed = { kind: "failed", code: "DATABASE_DAMAGED", problem: "it is damaged", exitCode: 78 } as const;
const unknown = { kind: "unknown", because: "the database cannot be read" } as const;
const noResponse = (ago: number) =>
  run(ago, { state: "failed", outcome: "failed", reason: "no_response", loaded: 0, failed: 48 });

describe("assessStatus finds", () => {
  test.each<[name: string, facts: Partial<StatusFacts>, problems: string[], exitCode: number, next: RegExp]>([
    [
      "a database that cannot be read",
      { database: failed, runs: unknown },
      ["database DATABASE_DAMAGED"],
      78,
      /^mkdir plants.db.damaged-2026-11-29T120000 && touch plants.db plants.db-wal plants.db-shm && mv plants.db plants.db-wal plants.db-shm plants.db.damaged-2026-11-29T120000 && plant archive restore --all && plant archive --adopt$/,
    ],
    [
      "an API that is down",
      {
        runs: runsOf({
          newest: dayOfRuns(noResponse),
          lastNotOk: noResponse(1),
          failure: "network: refused",
        }),
      },
      ["runs no_response"],
      75,
      /^plant doctor$/,
    ],
    [
      "that no run starts any more",
      { runs: runsOf({ newest: dayOfRuns((ago) => run(ago + 30)) }) },
      ["runs no_recent_run"],
      75,
      /^plant run --watch$/,
    ],
    ["an empty run log", { runs: runsOf({ newest: [] }) }, ["runs no_run"], 75, /^plant run --watch$/],
    [
      "a run in the future",
      { runs: runsOf({ newest: [], futureMs: nowMs + 60 * minuteMs }) },
      ["clock run_in_future"],
      65,
      /^timedatectl set-ntp true$/,
    ],
    [
      "readings in the future",
      { readings: known({ newestMs: nowMs, future: 3, newestFutureMs: nowMs + 60 * minuteMs }) },
      ["clock reading_in_future"],
      65,
      /^timedatectl set-ntp true$/,
    ],
    [
      "stale readings",
      { readings: known({ newestMs: nowMs - 6 * minuteMs, future: 0, newestFutureMs: null }) },
      ["readings stale"],
      75,
      /^plant doctor$/,
    ],
    [
      "a silent plant",
      {
        plants: known({
          known: 49,
          quiet: [{ plantId: 7, lastReadingMs: nowMs - 15 * minuteMs, botanist: null }],
        }),
      },
      ["plants silent"],
      75,
      /^plant alert --dry-run$/,
    ],
    [
      "responses that changed their form",
      {
        plants: known({
          known: 49,
          quiet: [{ plantId: 7, lastReadingMs: nowMs - 15 * minuteMs, botanist: null }],
        }),
        rejections: known({
          byPlant: [{ plantId: 7, readings: 15, details: 0, ofDay: 15, newestReadingMs: nowMs - minuteMs }],
        }),
      },
      ["plants silent", "rejections rejected"],
      65,
      /^plant rejections retry --all$/,
    ],
    [
      "an archive that is behind",
      { catalog: known({ ...catalogFacts(), oldestUnarchivedMs: nowMs - 27 * 60 * minuteMs }) },
      ["archive archive_overdue"],
      75,
      /^plant archive$/,
    ],
    [
      "a quarantined file whose readings are not archived again",
      { catalog: known({ ...catalogFacts(), quarantined: 2, quarantinedUnarchived: 1 }) },
      ["archive archive_quarantined"],
      65,
      /^plant archive$/,
    ],
    [
      "a missing file of the archive",
      {
        store: known({
          name: "file:a",
          exists: true,
          compared: 48,
          wrong: [{ key: "x.parquet", isMissing: true, isOnlyCopy: true }],
          hasId: true,
        }),
      },
      ["archive archive_file_wrong"],
      65,
      /^plant archive verify$/,
    ],
    [
      "a disk that is nearly full",
      {
        disks: known([
          { use: "database", folder: "a b", freeBytes: 4e9, totalBytes: 270e9, freeFiles: 0, totalFiles: 0 },
        ]),
      },
      ["disk disk_nearly_full"],
      75,
      /^du -axk "\$\(df -P 'a b' \| awk 'END \{ print \$6 \}'\)" \| sort -n \| tail -20$/,
    ],
  ])("%s", (_name, changes, problems, exitCode, next) => {
    const report = assessStatus(wellFacts(changes), nowMs);
    expect(problemsOf(report)).toEqual(problems);
    expect(report).toMatchObject({ exitCode, reason: expect.any(String) });
    const found = report.lines.flatMap((line) => line.problems);
    expect(found.every((problem) => problem.next !== null)).toBe(true);
    for (const { see } of found) if (see !== null) expect(sections).toContain(see);
    expect(found.at(-1)?.next).toMatch(next);
  });
});

test("assessStatus counts only runs that ended with the same reason as such, and names the others", () => {
  const textOf = (newest: readonly ReturnType<typeof run>[], changes: object = {}) =>
    assessStatus(
      wellFacts({ runs: runsOf({ newest, lastNotOk: newest[0], ...changes }) }),
      nowMs,
    ).lines.flatMap(({ problems }) => problems.map(({ text }) => text))[0];
  const ended = (ago: number, reason: string, outcome = "failed") => run(ago, { outcome, reason });
  const unauthorized = [2, 3, 4, 5].map((ago) => ended(ago, "unauthorized"));
  expect(textOf(unauthorized)).toMatch(/^the last 4 runs ended with unauthorized;/);
  const stopped = [ended(1, "stopped", "degraded"), ...unauthorized, run(6)];
  expect(textOf(stopped, { failure: "aborted: no response" })).toBe(
    "the last run ended with stopped; none of the last 5 was ok (stopped 1, unauthorized 4)",
  );
});

test("assessStatus shows the last run that was degraded as not ok", () => {
  const newest = [run(1, { outcome: "degraded", reason: "all_in_future" })];
  const report = assessStatus(wellFacts({ runs: runsOf({ newest, lastNotOk: newest[0] }) }), nowMs);
  expect(report.lines.find(({ topic }) => topic === "runs")?.text).toContain(
    "last not ok 1 min ago (all_in_future)",
  );
});

test("assessStatus suspects another address, not another form, where no response could be read", () => {
  const newest = dayOfRuns((ago) => run(ago, { outcome: "failed", reason: "all_rejected", rejected: 50 }));
  const [problem] = assessStatus(wellFacts({ runs: runsOf({ newest }) }), nowMs).lines.flatMap(
    ({ problems }) => problems,
  );
  expect(problem).toMatchObject({
    reason: "all_rejected",
    text: expect.stringContaining("--api may be the address of something else"),
    next: "plant doctor",
  });
});

function catalogFacts() {
  const { catalog } = wellFacts();
  if (catalog.kind !== "known") throw new Error("the facts are known");
  return catalog.facts;
}

test("assessStatus does not blame a sensor while runs fail", () => {
  const facts = wellFacts({
    runs: runsOf({ newest: dayOfRuns(noResponse) }),
    plants: known({
      known: 49,
      quiet: [{ plantId: 7, lastReadingMs: nowMs - 60 * minuteMs, botanist: null }],
    }),
  });
  expect(problemsOf(assessStatus(facts, nowMs))).toEqual(["runs no_response"]);
});

test("assessStatus takes maxAgeMs as the age of readings and runs, instead of five intervals", () => {
  const newest = dayOfRuns((ago) => run(10 * ago));
  const facts = wellFacts({
    runs: runsOf({ newest }),
    readings: known({ newestMs: nowMs - 10 * minuteMs, future: 0, newestFutureMs: null }),
  });
  expect(problemsOf(assessStatus(facts, nowMs))).toEqual([]);
  expect(problemsOf(assessStatus(facts, nowMs, { maxAgeMs: 9 * minuteMs }))).toEqual([
    "runs no_recent_run",
    "readings stale",
  ]);
});

const unended = (ago: number) =>
  run(ago, { state: "running", outcome: null, finishedMs: null, requested: 0, loaded: 0, absent: 0 });

test("assessStatus finds that no run ends, at any speed of restarts, and the next run that ends mends it", () => {
  const problemsWith = (newest: readonly ReturnType<typeof run>[]) =>
    problemsOf(assessStatus(wellFacts({ runs: runsOf({ newest }) }), nowMs));
  expect(problemsWith(dayOfRuns(unended))).toEqual(["runs no_run_ends"]);
  expect(problemsWith(dayOfRuns((ago) => unended(ago / 10)))).toEqual(["runs no_run_ends"]);
  const killed = (runs: number) => dayOfRuns((ago) => (ago <= runs ? unended(ago) : run(ago)));
  expect(problemsWith(killed(8))).toEqual(["runs no_run_ends"]);
  // Two of them are older than the maximum age.
  expect(problemsWith(killed(7))).toEqual([]);
  expect(problemsWith([run(0.5), ...killed(8)])).toEqual([]);
});

test("assessStatus finds that every run rejects the same response, however long ago the first one was", () => {
  const dayMs = 24 * 60 * minuteMs;
  const rejection = { plantId: 7, readings: 1, details: 0, ofDay: 0, newestReadingMs: nowMs - 3 * dayMs };
  const facts = wellFacts({
    runs: runsOf({ newest: dayOfRuns((ago) => run(ago, { rejected: 1 })) }),
    rejections: known({ byPlant: [rejection] }),
    plants: known({
      known: 49,
      quiet: [
        { plantId: 7, lastReadingMs: nowMs - 3 * dayMs - minuteMs, botanist: null },
        { plantId: 8, lastReadingMs: nowMs - 3 * dayMs, botanist: null },
      ],
    }),
  });
  const report = assessStatus(facts, nowMs);
  expect(problemsOf(report)).toEqual(["plants silent", "plants silent", "rejections rejected"]);
  const [seven, eight, rejected] = report.lines.flatMap(({ problems }) => problems);
  expect(seven).toMatchObject({
    text: expect.stringContaining("plant 7 "),
    next: expect.stringMatching(/plant rejections --plant 7$/),
  });
  expect(eight).toMatchObject({ text: expect.stringContaining("plant 8 ") });
  expect(eight?.next).not.toContain("rejections");
  expect(rejected).toMatchObject({
    text: expect.stringContaining("last 20 complete runs rejected responses (1 in the newest)"),
    next: expect.stringContaining("plant rejections"),
  });
  const mended = runsOf({ newest: dayOfRuns((ago) => run(ago, { rejected: ago === 1 ? 0 : 1 })) });
  expect(problemsOf(assessStatus({ ...facts, runs: mended }, nowMs))).not.toContain("rejections rejected");
});

test("assessStatus blames a silent sensor, not a rejection that is older than the plant's newest reading", () => {
  const rejection = {
    plantId: 7,
    readings: 1,
    details: 0,
    ofDay: 1,
    newestReadingMs: nowMs - 120 * minuteMs,
  };
  const facts = wellFacts({
    rejections: known({ byPlant: [rejection] }),
    plants: known({
      known: 49,
      quiet: [{ plantId: 7, lastReadingMs: nowMs - 60 * minuteMs, botanist: null }],
    }),
  });
  const problems = assessStatus(facts, nowMs).lines.flatMap((line) => line.problems);
  expect(problems).toHaveLength(1);
  expect(problems[0]?.next).not.toContain("rejections");
});

test("assessStatus needs nobody for a quarantined file whose readings are archived again", () => {
  const report = assessStatus(wellFacts({ catalog: known({ ...catalogFacts(), quarantined: 2 }) }), nowMs);
  expect(problemsOf(report)).toEqual([]);
  expect(report.lines.find(({ topic }) => topic === "archive")?.text).toContain(
    "(2 quarantined, all readings archived again)",
  );
});

test("assessStatus takes shards that start together as one start, and expects the readings of all", () => {
  const shardsOf = (ago: number) => [run(ago), run(ago + 0.01, { requested: 20, absent: 0 })];
  const newest = Array.from({ length: 10 }, (_, index) => shardsOf(index + 1)).flat();
  const report = assessStatus(wellFacts({ runs: runsOf({ newest }) }), nowMs);
  expect(report).toMatchObject({ outcome: "ok", intervalMs: minuteMs, expected: 1440 * (48 + 20) });
  const isStarted = newest.map((each, index) => (index > 1 ? each : { ...each, state: "running" }));
  expect(assessStatus(wellFacts({ runs: runsOf({ newest: isStarted }) }), nowMs).expected).toBe(1440 * 68);
});

test("assessStatus has a line for each topic, an exit code of its problems, and no problem without a text, whatever fails", () => {
  const part = <Facts>(facts: Facts) => fc.constantFrom(known(facts), failed, unknown);
  const whole = wellFacts();
  const shifted = fc.integer({ min: -(10 ** 12), max: 10 ** 12 });
  const facts = fc.record(
    Object.fromEntries(
      Object.entries(whole).map(([key, value]) => [key, part(value.kind === "known" ? value.facts : null)]),
    ),
  ) as unknown as fc.Arbitrary<StatusFacts>;
  fc.assert(
    fc.property(facts, shifted, (given, shift) => {
      const report = assessStatus(given, nowMs + shift);
      expect(new Set(report.lines.map(({ topic }) => topic)).size).toBe(9);
      const problems = report.lines.flatMap((line) => line.problems);
      expect(report.exitCode === 0).toBe(problems.length === 0);
      expect(report.exitCode === 0 || problems.some(({ exitCode }) => exitCode === report.exitCode)).toBe(
        true,
      );
      expect(problems.every(({ text, reason }) => text !== "" && reason !== "")).toBe(true);
      expect(JSON.stringify(report.lines)).not.toMatch(/NaN|undefined/);
    }),
  );
});

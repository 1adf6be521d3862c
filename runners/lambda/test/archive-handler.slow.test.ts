import type { ArchiveReport } from "@lmnh/plant-archive";
import { type S3Server, startS3Server } from "@lmnh/testing/s3-server";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import contract from "../../../terraform/contract.json" with { type: "json" };
import { copyOf, countIn, filledDatabase, hourOf, plant, rowsIn } from "./support/folders.js";
import { startLambda } from "./support/lambda.js";
import { logsIn, metricsIn } from "./support/metrics.js";

let s3: S3Server;
/** Two hours that are older than a day, and two that are not. */
let filled = "";
const hours = { old: [-29, -28], young: [-3, -2] };

beforeAll(async () => {
  s3 = await startS3Server();
  filled = await filledDatabase([...hours.old, ...hours.young]);
});
afterAll(() => s3.close());
afterEach(() => {
  s3.onRequest = () => {};
});

const bucket = (prefix: string) => `s3://${s3.bucket}/${prefix}?region=eu-west-2&endpoint=${s3.endpoint}`;

const start = (database: string, prefix: string) =>
  startLambda(inject("sqliteBundles"), "archive", {
    PLANT_DATABASE: database,
    PLANT_ARCHIVE: bucket(prefix),
  });

/** What of a report does not tell one run from another. */
function alike({ runId: _, startedAt: _s, finishedAt: _f, durationMs: _d, ...report }: ArchiveReport) {
  const sizeless = ({ rows, files }: { readonly rows: number; readonly files: number }) => ({ rows, files });
  return {
    ...report,
    archived: sizeless(report.archived),
    partitions: report.partitions.map(({ bytes: _b, ...partition }) => partition),
  };
}

const files = (database: string) =>
  rowsIn(database, "SELECT partition_hour, state, row_count, digest FROM archive_file ORDER BY 1");

describe("the archive handler in AWS's runtime client", () => {
  test("returns the report of the command line, and writes the same files", async () => {
    const [own, other] = [copyOf(filled), copyOf(filled)];
    const lambda = await start(own, "own");
    const { report, error } = await lambda.invoke<ArchiveReport>({});
    expect(error).toBeUndefined();
    const reported = await plant<ArchiveReport>(
      ["archive", "--database", other, "--archive", bucket("other")],
      {
        AWS_ACCESS_KEY_ID: "a",
        AWS_SECRET_ACCESS_KEY: "b",
      },
    );
    expect(alike(report)).toEqual(alike(reported));
    expect(report).toMatchObject({
      archived: { files: 4 },
      pruned: { files: 2 },
      verified: true,
      complete: true,
    });
    expect(files(own)).toEqual(files(other));
  });

  test("archives and prunes the hour of its event only", async () => {
    const database = copyOf(filled);
    const lambda = await start(database, "hour");
    const [old, young] = [hourOf(-28), hourOf(-2)];
    const pruned = await lambda.invoke<ArchiveReport>({ partition: old });
    const kept = await lambda.invoke<ArchiveReport>({ partition: young });
    expect([pruned.error, kept.error]).toEqual([undefined, undefined]);
    expect(pruned.report).toMatchObject({ archived: { files: 1 }, pruned: { files: 1 }, summarized: [] });
    expect(kept.report).toMatchObject({ archived: { files: 1 }, pruned: { files: 0 }, summarized: [] });
    expect(files(database).map((file) => file.state)).toEqual(["pruned", "verified"]);
    const rest = await lambda.invoke<ArchiveReport>({});
    expect(rest.report).toMatchObject({ archived: { files: 2 }, pruned: { files: 1 }, complete: true });
  });

  test.each([
    [{ partition: "2026-01-28" }, /its partition is "2026-01-28": must be a UTC hour/],
    [{ plants: "1-2" }, /it has "plants"/],
  ])("refuses the event %j by what it holds", async (event, message) => {
    const lambda = await start(copyOf(filled), "refused");
    expect((await lambda.invoke(event)).error?.errorMessage).toMatch(message);
  });

  test("stops before its time is over and fails, so that a retry continues", async () => {
    const database = copyOf(filled);
    const lambda = await start(database, "slow");
    // Four files, two at once, of some five requests each take 12 s: more than the 8.5 s that it has for beginning anything.
    s3.onRequest = () => new Promise((resolve) => setTimeout(resolve, 1_200));
    const cut = await lambda.invoke<ArchiveReport>({}, 20_000);
    s3.onRequest = () => {};
    expect(cut.error).toMatchObject({
      errorType: "InvocationError",
      errorMessage: "The run was stopped. Run again to finish it.",
    });
    expect(cut.leftMs).toBeGreaterThan(0);
    const alreadyArchived = await lambda.invoke<ArchiveReport>({});
    expect(alreadyArchived.report).toMatchObject({ complete: true, verified: true });
    expect(files(database).map((file) => file.state)).toEqual(["pruned", "pruned", "verified", "verified"]);
    const inVerified = "SELECT sum(row_count) FROM archive_file WHERE state = 'verified'";
    expect(countIn(database, `SELECT count(*) - (${inVerified}) FROM plant_reading`)).toBe(0);
  });

  test("writes the metrics of contract.json in one line per run, and run and request ids on every other line", async () => {
    const lambda = await start(copyOf(filled), "metrics");
    const { requestId, report } = await lambda.invoke<ArchiveReport>({});
    const metrics = metricsIn(lambda.lines());
    expect(metrics.map(({ names }) => names)).toEqual([[...contract.metrics.archive].sort()]);
    expect(metrics[0]?.line).toMatchObject({
      service: "plant-archive",
      Archived: report.archived.rows,
      Pruned: report.pruned.rows,
      Quarantined: 0,
      RunsSucceeded: 1,
      RunsDegraded: 0,
      RunsFailed: 0,
      outcome: "ok",
    });
    for (const line of logsIn(lambda.lines()))
      expect(line).toMatchObject({ function_request_id: requestId, run_id: report.runId });
  });
});

import type { FunctionUrlResult } from "@lmnh/plant-health/dashboard";
import { type S3Server, startS3Server } from "@lmnh/testing/s3-server";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { copyOf, emptyDatabase, migrateDatabase, plant, pulledDatabase } from "./support/folders.js";
import { startLambda } from "./support/lambda.js";

let s3: S3Server;
let filled = "";

beforeAll(async () => {
  s3 = await startS3Server();
  const nowMs = Date.now();
  // A pull two days ago, whose summary is in the archive, and four now.
  const minutesAgo = [2 * 1_440, 4, 3, 2, 1];
  filled = await pulledDatabase(minutesAgo.map((ago) => ({ atMs: nowMs - ago * 60_000, plants: "1-6" })));
  await plant(["archive", "--database", filled, "--archive", archive()], {
    AWS_ACCESS_KEY_ID: "a",
    AWS_SECRET_ACCESS_KEY: "b",
  });
});
afterAll(() => s3.close());
afterEach(() => {
  s3.onRequest = () => {};
});

const archive = () => `s3://${s3.bucket}/own?region=eu-west-2&endpoint=${s3.endpoint}`;

const start = (database: string, more: Readonly<Record<string, string>> = {}) =>
  startLambda(inject("sqliteBundles"), "dashboard", {
    PLANT_DATABASE: database,
    PLANT_ARCHIVE: archive(),
    ...more,
  });

const request = (rawPath: string, headers: Readonly<Record<string, string>> = {}, method = "GET") => ({
  version: "2.0",
  rawPath,
  rawQueryString: "",
  headers,
  requestContext: { domainName: "id.lambda-url.eu-west-2.on.aws", http: { method, path: rawPath } },
});

describe("the dashboard handler in AWS's runtime client", () => {
  test("responds to a function URL with the page, which polls, and with 304 to its ETag", async () => {
    const lambda = await start(copyOf(filled));
    const { report: page, error } = await lambda.invoke<FunctionUrlResult>(request("/"));
    expect(error).toBeUndefined();
    expect(page).toMatchObject({ statusCode: 200, isBase64Encoded: false });
    expect(page.headers["content-security-policy"]).not.toContain("unsafe");
    expect(page.body).toMatch(/<h1[\s>]/);
    const same = request("/", { "if-none-match": page.headers.etag ?? "" });
    expect((await lambda.invoke<FunctionUrlResult>(same)).report).toMatchObject({
      statusCode: 304,
      body: "",
    });
    expect((await lambda.invoke<FunctionUrlResult>(request("/events"))).report.statusCode).toBe(404);
    expect((await lambda.invoke<FunctionUrlResult>(request("/readyz"))).report.statusCode).toBe(200);
    const { report: status } = await lambda.invoke<FunctionUrlResult>(request("/status.json"));
    expect(JSON.parse(status.body)).toMatchObject({ plants: expect.anything(), outage: false });
  });

  test("reads the daily summaries of the archive alone, and once", async () => {
    const lambda = await start(copyOf(filled));
    const before = s3.requests.length;
    await lambda.invoke(request("/"));
    const lines = s3.requests.slice(before).map(({ line }) => decodeURIComponent(line));
    const reads = lines.filter((line) => line.startsWith(`GET /${s3.bucket}/own/plant_daily_summary/`));
    expect(reads.length).toBeGreaterThan(0);
    const lists = lines.filter((line) =>
      /^GET .*list-type=2.*[?&]prefix=own\/plant_daily_summary\//.test(line),
    );
    expect([...reads, ...lists].sort()).toEqual([...lines].sort());
    await lambda.invoke(request("/"));
    expect(s3.requests.length).toBe(before + lines.length);
  });

  test("responds with 503 while the database cannot be opened, logs why, and goes on when it can", async () => {
    const database = emptyDatabase();
    const lambda = await start(database);
    const { report: failing } = await lambda.invoke<FunctionUrlResult>(request("/"));
    expect(failing.statusCode).toBe(503);
    expect(failing.body).not.toContain(database);
    expect(lambda.output()).toMatch(/"level":"ERROR"/);
    expect((await lambda.invoke<FunctionUrlResult>(request("/readyz"))).report.statusCode).toBe(503);
    await migrateDatabase(database);
    expect((await lambda.invoke<FunctionUrlResult>(request("/readyz"))).report.statusCode).toBe(200);
  });

  test("makes the page without history while the archive does not respond", async () => {
    s3.onRequest = () => new Promise(() => {});
    const lambda = await start(copyOf(filled));
    const { report, leftMs } = await lambda.invoke<FunctionUrlResult>(request("/"), 30_000);
    expect(report.statusCode).toBe(200);
    expect(leftMs).toBeGreaterThan(0);
    expect(lambda.output()).toMatch(/"level":"ERROR"/);
  });

  test("refuses another event, and does not start with a folder as the archive", async () => {
    const lambda = await start(copyOf(filled));
    expect((await lambda.invoke({})).error?.errorMessage).toBe("The event is no request of a function URL.");
    const wrong = await start(copyOf(filled), { PLANT_ARCHIVE: "file:archive" });
    expect(await wrong.ready).toMatchObject({
      errorMessage: expect.stringMatching(/PLANT_ARCHIVE must begin with s3:\/\//),
    });
  });
});

import { fileURLToPath } from "node:url";
import type { ArchiveReport } from "@lmnh/plant-archive";
import type { Report } from "@lmnh/plant-etl";
import { migrate } from "@lmnh/plant-schema";
import { openMssql, parseMssqlUrl } from "@lmnh/plant-schema/mssql";
import { startS3Server } from "@lmnh/testing/s3-server";
import { createMssqlDatabase, startTdsProxy, type TestMssqlDatabase } from "@lmnh/testing/sql-server";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AlertReport } from "../src/alert-report.js";
import { plant } from "./support/folders.js";
import { startLambda } from "./support/lambda.js";
import { startMuseum } from "./support/museum.js";
import { startSecrets } from "./support/secrets.js";

const serverUrl = process.env.PLANT_TEST_MSSQL_URL;
const shipped = fileURLToPath(new URL("../dist", import.meta.url));

describe.skipIf(serverUrl === undefined)("on SQL Server (skipped unless PLANT_TEST_MSSQL_URL is set)", () => {
  let own: TestMssqlDatabase;
  let other: TestMssqlDatabase;
  beforeAll(async () => {
    [own, other] = [await createMssqlDatabase(serverUrl ?? ""), await createMssqlDatabase(serverUrl ?? "")];
    for (const { url } of [own, other]) await onDatabase(url, migrate);
  });
  afterAll(async () => {
    await own?.drop();
    await other?.drop();
  });

  test("the shipped handler returns the report of the command line, in seven round trips cold and three warm", async () => {
    const museum = await startMuseum();
    const proxy = await startTdsProxy(own.url);
    const { user, password, ...server } = settingsOf(proxy.url);
    const secrets = await startSecrets(JSON.stringify({ username: user, password }));
    const lambda = await startLambda(shipped, "etl", {
      ...server,
      ...secrets.environment,
      PLANT_DATABASE_SECRET: "plant/etl-database",
      PLANT_API_URL: museum.url,
      PLANT_PLANTS: "1-50",
    });
    const cold = await lambda.invoke<Report>({});
    expect(cold.error).toBeUndefined();
    expect(proxy.messages).toEqual(["prelogin", "login", "batch", "rpc", "rpc", "rpc", "rpc"]);
    proxy.begin();
    const warm = await lambda.invoke<Report>({});
    expect(warm.report).toMatchObject({ loaded: 0, duplicates: 48 });
    expect(proxy.messages).toEqual(["rpc", "rpc", "rpc"]);
    await proxy.close();

    const reported = await plant<Report>(["run", "--api", museum.url, "--plants", "1-50"], {
      PLANT_DATABASE: other.url,
    });
    expect(alike(cold.report)).toEqual(alike(reported));
    const content = await Promise.all([own, other].map(({ url }) => onDatabase(url, readingsOf)));
    expect(content[0]).toHaveLength(48);
    expect(content[0]).toEqual(content[1]);
  });

  test("the shipped alert handler checks the plants of the pull, and finds nothing the second time", async () => {
    const { user, password, ...server } = settingsOf(own.url);
    const lambda = await startLambda(shipped, "alert", { ...server, DB_USER: user, DB_PASSWORD: password });
    const first = await lambda.invoke<AlertReport>({}, 55_000);
    expect(first.error).toBeUndefined();
    expect(first.report).toMatchObject({ outcome: "ok", delivery: { failed: [] } });
    expect(first.report.plants).toBeGreaterThanOrEqual(48);
    const second = await lambda.invoke<AlertReport>({}, 55_000);
    expect(second.report).toMatchObject({
      firing: first.report.firing,
      fired: 0,
      delivery: { delivered: 0 },
    });
  });

  test("the shipped archive handler returns the report of the command line, and writes the same files", async () => {
    const s3 = await startS3Server();
    const now = new Date(Date.now() - 28 * 3_600_000).toISOString();
    const museum = await startMuseum({ now: () => Date.parse(now) });
    for (const { url } of [own, other])
      await plant(["run", "--api", museum.url, "--plants", "1-50", "--at", now], { PLANT_DATABASE: url });
    const bucket = (prefix: string) => `s3://${s3.bucket}/${prefix}?region=eu-west-2&endpoint=${s3.endpoint}`;
    const { user, password, ...server } = settingsOf(own.url);
    const lambda = await startLambda(shipped, "archive", {
      ...server,
      DB_USER: user,
      DB_PASSWORD: password,
      PLANT_ARCHIVE: bucket("own"),
    });
    const { report, error } = await lambda.invoke<ArchiveReport>({}, 60_000);
    expect(error).toBeUndefined();
    const reported = await plant<ArchiveReport>(["archive"], {
      PLANT_DATABASE: other.url,
      PLANT_ARCHIVE: bucket("other"),
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "b",
    });
    expect(report.pruned).toEqual({ rows: 48, files: 1 });
    expect(counts(report)).toEqual(counts(reported));
    const content = await Promise.all([own, other].map(({ url }) => onDatabase(url, filesOf)));
    expect(content[0]?.length).toBeGreaterThan(0);
    expect(content[0]).toEqual(content[1]);
    await s3.close();
  });

  test("a password that changes between two runs is read again", async () => {
    const museum = await startMuseum();
    const proxy = await startTdsProxy(own.url);
    const [first, second] = ["First-word-1", "Second-word-2"];
    const login = `plant_test_${Date.now()}`;
    await onDatabase(own.url, async ({ db }) => {
      await sql.raw(`CREATE LOGIN [${login}] WITH PASSWORD = N'${first}'`).execute(db);
      await sql.raw(`ALTER SERVER ROLE sysadmin ADD MEMBER [${login}]`).execute(db);
    });
    const secrets = await startSecrets(JSON.stringify({ username: login, password: first }));
    const { user: _, password: __, ...server } = settingsOf(proxy.url);
    const lambda = await startLambda(shipped, "etl", {
      ...server,
      ...secrets.environment,
      PLANT_DATABASE_SECRET: "plant/etl-database",
      PLANT_API_URL: museum.url,
      PLANT_PLANTS: "1-50",
    });
    expect((await lambda.invoke<Report>({})).error).toBeUndefined();

    await onDatabase(own.url, ({ db }) =>
      sql.raw(`ALTER LOGIN [${login}] WITH PASSWORD = N'${second}'`).execute(db),
    );
    secrets.holds = JSON.stringify({ username: login, password: second });
    // The connection that was kept breaks when it is used, and another one has to be made.
    proxy.begin((number) => (number === 1 ? "disconnect" : undefined));
    const { report, error } = await lambda.invoke<Report>({});
    expect(error).toBeUndefined();
    expect(report).toMatchObject({ duplicates: 48, complete: true });
    expect(secrets.requested).toHaveLength(2);
    await lambda.stop();
    await proxy.close();
    await onDatabase(own.url, ({ db }) => sql.raw(`DROP LOGIN [${login}]`).execute(db));
  });
});

type Opened = Awaited<ReturnType<typeof openMssql>>;

async function onDatabase<Result>(url: string, work: (database: Opened) => Promise<Result>): Promise<Result> {
  const database = await openMssql(url);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

function readingsOf({ db }: Opened) {
  return db
    .selectFrom("plant_reading")
    .select(["plant_id", "recording_taken", "soil_moisture", "temperature", "quality_flag"])
    .orderBy("plant_id")
    .execute();
}

function filesOf({ db }: Opened) {
  return db
    .selectFrom("archive_file")
    .select(["partition_hour", "state", "row_count"])
    .orderBy("partition_hour")
    .execute();
}

function counts({
  archived,
  pruned,
  partitions,
  quarantined,
  problems,
  summarized,
  complete,
}: ArchiveReport) {
  const hours = partitions.map(({ partition, rows, prunedRows }) => ({ partition, rows, prunedRows }));
  return {
    rows: archived.rows,
    files: archived.files,
    pruned,
    hours,
    quarantined,
    problems,
    summarized,
    complete,
  };
}

/** A URL as a Lambda's settings, and what is for its secret. */
function settingsOf(url: string) {
  const { host, port, database, schema, user, password, encrypt, trustServerCertificate } =
    parseMssqlUrl(url);
  return {
    DB_HOST: host,
    DB_PORT: String(port),
    DB_NAME: database,
    DB_SCHEMA: schema,
    DB_ENCRYPT: String(encrypt),
    DB_TRUST_SERVER_CERTIFICATE: String(trustServerCertificate),
    user,
    password,
  };
}

function alike({
  runId: _,
  startedAt: _s,
  finishedAt: _f,
  durationMs: _d,
  medianAgeMs: _a,
  ...report
}: Report) {
  return report;
}

import { fileURLToPath } from "node:url";
import type { Report } from "@lmnh/plant-etl";
import type { FunctionUrlResult } from "@lmnh/plant-health/dashboard";
import { startS3Server } from "@lmnh/testing/s3-server";
import { describe, expect, onTestFinished, test } from "vitest";
import { startLambda } from "./support/lambda.js";
import { startMuseum } from "./support/museum.js";
import { asSent, pretendMssql } from "./support/pretended-mssql.js";
import { startSecrets } from "./support/secrets.js";

const shipped = fileURLToPath(new URL("../dist", import.meta.url));
const secretName = "arn:aws:secretsmanager:eu-west-2:000000000000:secret:plant/etl-database-AbCdEf";

const secretOf = (password: string) => JSON.stringify({ username: "plant_etl", password });
/** The start of the run, its batch, and its end, which deletes old runs. */
const warm = ["request", "request", "request"];
/** Reads the migration history first. */
const cold = ["greeting", "login", "settings", "request", ...warm];

async function start(
  environment: Readonly<Record<string, string>>,
  name: "etl" | "archive" | "alert" | "dashboard" = "etl",
) {
  const museum = await startMuseum();
  return await startLambda(shipped, name, {
    PLANT_API_URL: museum.url,
    PLANT_PLANTS: "1-50",
    PLANT_ARCHIVE: "s3://archive?region=eu-west-2",
    ...environment,
  });
}

describe("the shipped handlers on SQL Server", () => {
  test("read the login from Secrets Manager once, and make three round trips when warm", async () => {
    const mssql = await pretendMssql();
    const secrets = await startSecrets(secretOf("first-word"));
    const lambda = await start({
      ...mssql.environment,
      ...secrets.environment,
      PLANT_DATABASE_SECRET: secretName,
    });
    expect(await lambda.ready).toBe("ready");
    expect(secrets.requested).toEqual([]);
    expect((await lambda.invoke<Report>({})).error).toBeUndefined();
    expect(mssql.messages()).toEqual(cold);
    expect((await lambda.invoke<Report>({})).error).toBeUndefined();
    expect(mssql.messages()).toEqual(warm);
    expect(secrets.requested).toEqual([`GetSecretValue ${secretName}`]);
    expect(mssql.server.received.includes(asSent("first-word"))).toBe(true);
    expect(lambda.output()).not.toContain("first-word");
  });

  test("read a secret again if its login is refused, and continue with the new one", async () => {
    const mssql = await pretendMssql();
    const secrets = await startSecrets(secretOf("first-word"));
    const lambda = await start({
      ...mssql.environment,
      ...secrets.environment,
      PLANT_DATABASE_SECRET: secretName,
    });
    await lambda.invoke<Report>({});
    secrets.holds = secretOf("second-word");
    mssql.refuse(1);
    mssql.server.disconnect();
    mssql.messages();
    const { report, error } = await lambda.invoke<Report>({});
    expect(error).toBeUndefined();
    expect(report).toMatchObject({ requested: 50, complete: true });
    expect(mssql.messages()).toEqual(["greeting", "login", "greeting", "login", "settings", ...warm]);
    expect(secrets.requested).toHaveLength(2);
    expect(mssql.server.received.includes(asSent("second-word"))).toBe(true);
    expect(lambda.output()).not.toMatch(/(first|second)-word/);
  });

  test("fail with advice to check user and password if the secret that was read again is refused", async () => {
    const mssql = await pretendMssql();
    const secrets = await startSecrets(secretOf("first-word"));
    const lambda = await start({
      ...mssql.environment,
      ...secrets.environment,
      PLANT_DATABASE_SECRET: secretName,
    });
    mssql.refuse(2);
    const { error } = await lambda.invoke({});
    expect(error?.errorMessage).toMatch(/Check user and password/);
    expect((await lambda.invoke<Report>({})).error).toBeUndefined();
  });

  test("read the login from a decrypted SSM parameter by its ARN", async () => {
    const mssql = await pretendMssql();
    const secrets = await startSecrets(secretOf("first-word"));
    const name = "arn:aws:ssm:eu-west-2:000000000000:parameter/plant/etl";
    const lambda = await start({
      ...mssql.environment,
      ...secrets.environment,
      PLANT_DATABASE_SECRET: name,
    });
    expect((await lambda.invoke<Report>({})).error).toBeUndefined();
    expect(secrets.requested).toEqual([`GetParameter ${name}, decrypted`]);
  });

  test("take host and database from a secret in the form of RDS if the environment has none", async () => {
    const mssql = await pretendMssql();
    const { DB_HOST: host, DB_PORT: port, DB_NAME: dbname, ...rest } = mssql.environment;
    const secrets = await startSecrets(
      JSON.stringify({ username: "u", password: "p", engine: "sqlserver", host, port: Number(port), dbname }),
    );
    const lambda = await start({ ...rest, ...secrets.environment, PLANT_DATABASE_SECRET: "plant/etl" });
    expect((await lambda.invoke<Report>({})).error).toBeUndefined();
    expect(mssql.messages()).toEqual(cold);
  });

  test.each([
    ["not json: first-word", /is not a JSON object/],
    [JSON.stringify({ username: "u", password: 7 }), /has no password/],
    [JSON.stringify({ password: "first-word" }), /has no username/],
    [null, /cannot be read \(ResourceNotFoundException\)/],
  ])("say what is wrong with the secret %j, and not what it is", async (holds, message) => {
    const mssql = await pretendMssql();
    const secrets = await startSecrets(holds);
    const lambda = await start({
      ...mssql.environment,
      ...secrets.environment,
      PLANT_DATABASE_SECRET: "plant/etl",
    });
    const { error } = await lambda.invoke({});
    expect(error?.errorMessage).toMatch(message);
    expect(error?.errorMessage).toContain("plant/etl");
    expect(lambda.output()).not.toContain("first-word");
    secrets.holds = secretOf("first-word");
    expect((await lambda.invoke<Report>({})).error).toBeUndefined();
  });

  test("fail with the missing region if neither the secret's name nor the environment has one", async () => {
    const mssql = await pretendMssql();
    const secrets = await startSecrets(secretOf("first-word"));
    const lambda = await start({
      ...mssql.environment,
      ...secrets.environment,
      AWS_REGION: "",
      PLANT_DATABASE_SECRET: "plant/etl",
    });
    const { error } = await lambda.invoke({});
    expect(error?.errorMessage).toMatch(/^plant\/etl has no region, and AWS_REGION is not set: use its ARN/);
    expect(secrets.requested).toEqual([]);
  });

  test("use no secret if the environment has the login", async () => {
    const mssql = await pretendMssql();
    const lambda = await start({ ...mssql.environment, DB_USER: "plant_etl", DB_PASSWORD: "first-word" });
    expect((await lambda.invoke<Report>({})).error).toBeUndefined();
    expect(lambda.output()).not.toContain("first-word");
  });

  test("serve the page of a database without any reading", async () => {
    const s3 = await startS3Server();
    onTestFinished(() => s3.close());
    const mssql = await pretendMssql();
    const PLANT_ARCHIVE = `s3://${s3.bucket}?region=eu-west-2&endpoint=${s3.endpoint}`;
    const login = { DB_USER: "u", DB_PASSWORD: "p" };
    const lambda = await start({ ...mssql.environment, ...login, PLANT_ARCHIVE }, "dashboard");
    const page = { rawPath: "/", requestContext: { http: { method: "GET" } } };
    const { error, report } = await lambda.invoke<FunctionUrlResult>(page);
    expect(error).toBeUndefined();
    expect(report).toMatchObject({ statusCode: 200, body: expect.stringMatching(/No readings yet/) });
  });

  test("reject a database with pending migrations", async () => {
    const mssql = await pretendMssql({ pending: true });
    const lambda = await start({ ...mssql.environment, DB_USER: "u", DB_PASSWORD: "p" });
    const { error } = await lambda.invoke({});
    expect(error?.errorMessage).toMatch(
      /older structure \(pending: 0002_plant_pipeline, 0003_plant_health, 0004_operations, 0005_pruned_runs\)/,
    );
  });

  test("fail before their time is over if the database stops responding", async () => {
    const mssql = await pretendMssql();
    const lambda = await start({ ...mssql.environment, DB_USER: "u", DB_PASSWORD: "p" });
    await lambda.invoke<Report>({});
    mssql.fallSilent();
    const { error, leftMs } = await lambda.invoke({}, 5_000);
    expect(error?.errorMessage).toMatch(/^The database did not respond in time/);
    expect(leftMs).toBeGreaterThan(0);
  });

  test.each(["etl", "archive", "alert", "dashboard"] as const)(
    "do not start without SQL Server, and name what is missing: %s",
    async (name) => {
      const bare = await (await start({}, name)).ready;
      for (const variable of ["DB_HOST", "DB_NAME", "DB_USER", "DB_PASSWORD"])
        expect(bare).toMatchObject({ errorMessage: expect.stringContaining(`${variable} is not set`) });
      const sqlite = await (await start({ PLANT_DATABASE: "sqlite:plants.db" }, name)).ready;
      expect(sqlite).toMatchObject({ errorMessage: expect.stringContaining("opens SQL Server only") });
    },
  );

  test.each([
    ["postgres://u:first-word@h/d", "PLANT_DATABASE (environment) must be sqlite:FILE or mssql:"],
    ["mssql://u:first-word@h", "Invalid SQL Server URL: database is missing"],
  ])("do not start with the database %s, and do not say its password", async (PLANT_DATABASE, message) => {
    const lambda = await start({ PLANT_DATABASE, PLANT_PLANTS: "nothing" });
    const error = await lambda.ready;
    expect(error).toMatchObject({ errorMessage: expect.stringContaining(message) });
    expect(error).toMatchObject({ errorMessage: expect.stringContaining("PLANT_PLANTS") });
    expect(lambda.output()).not.toContain("first-word");
  });

  test.each([
    ["ftp://archive", 'PLANT_ARCHIVE (environment) is "ftp://archive"'],
    ["s3://NO_BUCKET", "The S3 URL is invalid: the bucket's name"],
  ])("the archive's does not start with the archive %s", async (PLANT_ARCHIVE, message) => {
    const lambda = await start({ PLANT_ARCHIVE }, "archive");
    const error = await lambda.ready;
    expect(error).toMatchObject({ errorMessage: expect.stringContaining(message) });
    expect(error).toMatchObject({ errorMessage: expect.stringContaining("DB_USER is not set") });
  });

  test("of the archive does not start with a folder as the archive", async () => {
    const lambda = await start({ DB_HOST: "h", PLANT_ARCHIVE: "file:archive" }, "archive");
    const error = await lambda.ready;
    expect(error).toMatchObject({
      errorMessage: expect.stringContaining("PLANT_ARCHIVE must begin with s3://"),
    });
    expect(error).toMatchObject({ errorMessage: expect.stringContaining("DB_USER is not set") });
  });
});

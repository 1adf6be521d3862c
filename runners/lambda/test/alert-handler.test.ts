import { beforeAll, describe, expect, inject, test } from "vitest";
import contract from "../../../terraform/contract.json" with { type: "json" };
import type { AlertReport } from "../src/alert-report.js";
import { copyOf, countIn, execute, migratedDatabase, pulledDatabase, rowsIn } from "./support/folders.js";
import { startLambda } from "./support/lambda.js";
import { logsIn, metricsIn } from "./support/metrics.js";
import { startReceiver } from "./support/receiver.js";

const minuteMs = 60_000;
/** A pull every two minutes for an hour; plant 5 is missing in the last half hour. */
let filled = "";

beforeAll(async () => {
  const nowMs = Date.now();
  const minutes = Array.from({ length: 31 }, (_, index) => 60 - 2 * index);
  filled = await pulledDatabase(
    minutes.map((ago) => ({ atMs: nowMs - ago * minuteMs, plants: ago < 30 ? "1-4,6" : "1-6" })),
  );
});

const start = (database: string, more: Readonly<Record<string, string>> = {}) =>
  startLambda(inject("sqliteBundles"), "alert", { PLANT_DATABASE: database, ...more });

const openAlerts = "SELECT count(*) FROM plant_alert WHERE resolved_at IS NULL";

/** Moves the last watering of a plant three days into the past. */
function moveLastWatering(database: string, plantId: number): void {
  execute(
    database,
    `UPDATE plant_reading SET last_watered = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-3 days') WHERE plant_id = ${plantId}`,
  );
}

function botanistOf(database: string, plantId: number): Record<string, unknown> {
  const [botanist = {}] = rowsIn(
    database,
    `SELECT b.name, b.email, b.phone FROM botanist b JOIN plant USING (botanist_id) WHERE plant_id = ${plantId}`,
  );
  return botanist;
}

describe("the alert handler in AWS's runtime client", () => {
  test("fires an alert once, warm and cold, and reports it by ids alone", async () => {
    const hook = await startReceiver();
    const database = copyOf(filled);
    const lambda = await start(database, { PLANT_NOTIFY: `${hook.url}/hook` });
    const first = await lambda.invoke<AlertReport>({
      source: "aws.scheduler",
      "detail-type": "Scheduled Event",
    });
    expect(first.error).toBeUndefined();
    expect(first.report).toMatchObject({
      plants: 6,
      firing: 1,
      fired: 1,
      alerts: [{ plantId: 5, rule: "silent", acknowledged: false }],
      delivery: { delivered: 1, failed: [] },
      outcome: "ok",
      exitCode: 0,
    });
    const warm = await lambda.invoke<AlertReport>({});
    expect(warm.report).toMatchObject({ firing: 1, fired: 0, delivery: { delivered: 0 } });
    const cold = await start(database, { PLANT_NOTIFY: `${hook.url}/hook` });
    expect((await cold.invoke<AlertReport>({})).report).toMatchObject({ firing: 1, fired: 0 });
    expect(hook.received).toHaveLength(1);
    const people = Object.values(botanistOf(database, 5)).map(String);
    expect(people).toHaveLength(3);
    for (const person of people) {
      expect(hook.received[0]?.body).toContain(person);
      expect(lambda.output()).not.toContain(person);
    }
  });

  test("publishes to a topic and mails a plant's botanist with the clients of AWS in the bundle", async () => {
    const [sns, ses] = [await startReceiver(), await startReceiver()];
    sns.body = "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>";
    const database = copyOf(filled);
    moveLastWatering(database, 1);
    const topic = "arn:aws:sns:eu-west-2:123456789012:plants";
    const lambda = await start(database, {
      PLANT_NOTIFY: `sns:${topic} ses:plants@example.org`,
      AWS_ENDPOINT_URL_SNS: sns.url,
      AWS_ENDPOINT_URL_SESV2: ses.url,
    });
    const { report, error } = await lambda.invoke<AlertReport>({});
    expect(error).toBeUndefined();
    // The botanist of plant 5 is sent nothing: a sensor is the operator's.
    expect(report).toMatchObject({ fired: 2, delivery: { failed: [] } });
    const [published] = sns.received.map(({ body }) => new URLSearchParams(body));
    expect(published?.get("TopicArn")).toBe(topic);
    expect(published?.get("Message")).toMatch(/\(plant 1\): Not watered[\s\S]*\(plant 5\): No readings/);
    const [mail, ...others] = ses.received.map(({ body }) => JSON.parse(body));
    expect(others).toEqual([]);
    expect(mail).toMatchObject({
      FromEmailAddress: "plants@example.org",
      Destination: { ToAddresses: [botanistOf(database, 1).email] },
    });
  });

  test("is degraded if a receiver refuses, without its URL, and does not fail the invocation", async () => {
    const hook = await startReceiver();
    hook.status = 500;
    const lambda = await start(copyOf(filled), { PLANT_NOTIFY: `${hook.url}/secret-path?token=hidden` });
    const { report, error } = await lambda.invoke<AlertReport>({});
    expect(error).toBeUndefined();
    expect(report).toMatchObject({ outcome: "degraded", reason: "delivery_failed", exitCode: 75 });
    const [failed] = report.delivery.failed;
    expect(failed).toMatchObject({ events: 1, reason: expect.stringMatching(/status 500/) });
    expect(Date.parse(failed?.retryAt ?? "")).toBeGreaterThan(Date.parse(report.checkedAt));
    expect(lambda.output()).not.toMatch(/secret-path|hidden/);
    expect(metricsIn(lambda.lines())[0]?.line).toMatchObject({
      AlertsFired: 1,
      DeliveriesFailed: 1,
      RunsSucceeded: 0,
      RunsDegraded: 1,
    });
  });

  test("ends before its time is over if a receiver does not respond, and keeps the alert and its message", async () => {
    const hook = await startReceiver();
    hook.status = null;
    const database = copyOf(filled);
    const lambda = await start(database, { PLANT_NOTIFY: hook.url });
    const { error, leftMs } = await lambda.invoke(null, 6_000);
    expect(error?.errorMessage).toMatch(/^The check was stopped before its end\./);
    expect(leftMs).toBeGreaterThan(0);
    expect(countIn(database, openAlerts)).toBe(1);
    expect(countIn(database, "SELECT count(*) FROM alert_delivery WHERE delivered_at IS NULL")).toBe(1);
  });

  test.each([[{ plants: "1-2" }], [["1-2"]], ["everything"]])("refuses the event %j", async (event) => {
    const database = await migratedDatabase();
    const lambda = await start(database);
    expect((await lambda.invoke(event)).error?.errorMessage).toMatch(/^The event is invalid: .*must be \{\}/);
  });

  test("does not start with invalid settings, and repeats no target", async () => {
    const lambda = await start(await migratedDatabase(), {
      PLANT_NOTIFY: "http://example.org/token",
      PLANT_TIME_ZONE: "Mars/Olympus",
    });
    const init = await lambda.ready;
    expect(init).toMatchObject({
      errorMessage: expect.stringMatching(/PLANT_NOTIFY.*must be up to 10.*PLANT_TIME_ZONE/),
    });
    expect(lambda.output()).not.toContain("example.org/token");
  });

  test("writes the metrics of contract.json in one line per check, and run and request ids on every other line", async () => {
    const lambda = await start(copyOf(filled));
    const { requestId } = await lambda.invoke({});
    const metrics = metricsIn(lambda.lines());
    expect(metrics.map(({ names }) => names)).toEqual([contract.metrics.alert]);
    expect(metrics[0]?.line).toMatchObject({
      service: "plant-alert",
      AlertsFiring: 1,
      AlertsFired: 1,
      DeliveriesFailed: 0,
      RunsSucceeded: 1,
      outcome: "ok",
    });
    const logs = logsIn(lambda.lines());
    // The target log:, which is the default.
    expect(logs.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/\(plant 5\): No readings/),
    );
    for (const line of logs)
      expect(line).toMatchObject({ function_request_id: requestId, run_id: expect.any(String) });
  });
});

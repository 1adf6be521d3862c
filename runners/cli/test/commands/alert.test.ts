import { cpSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { HealthReport } from "@lmnh/plant-health";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { makeFolder } from "../support/folder.js";
import { countIn, rowsIn, startMuseum } from "../support/museum.js";
import { plant, startPlant } from "../support/plant.js";

const minute = 60_000;
const nowMs = Date.parse("2026-03-01T12:00:00.000Z");
const database = ["--database", "sqlite:plants.db"];
/** A pull every two minutes for an hour; plant 5 is missing in the last half hour. */
let filled = "";

beforeAll(async () => {
  filled = makeFolder();
  for (let ago = 60; ago >= 0; ago -= 2) {
    const atMs = nowMs - ago * minute;
    const { url } = await startMuseum({ now: () => atMs, anomalies: false });
    const plants = ago < 30 ? "1-4,6" : "1-6";
    const at = new Date(atMs).toISOString();
    const ended = await plant(["run", "--api", url, "--plants", plants, "--at", at, ...database], {
      cwd: filled,
    });
    expect([ended.code, ended.stderr]).toEqual([0, expect.any(String)]);
  }
});

const copy = () => {
  const folder = makeFolder();
  cpSync(filled, folder, { recursive: true });
  return folder;
};
const clock = {
  now: () => nowMs + 5_000,
  sleep: async (ms: number, signal?: AbortSignal) => {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  },
};
const alert = (cwd: string, ...args: string[]) =>
  plant(["alert", ...args, ...(args[0] === "test" ? [] : database)], { cwd, host: { clock } });

test("plant alert prints and sends an alert of a silent plant once, and ack takes it over", async () => {
  const cwd = copy();
  const first = await alert(cwd);
  expect(first.code).toBe(0);
  expect(first.stdout).toMatch(
    /^6 plants checked: 1 open alert \(1 new, 0 ended, 1 event sent\)\n {2}◆ No readings: plant 5, /,
  );
  expect(first.stderr).toMatch(/No readings/);
  const second = await alert(cwd);
  expect(second.stdout).toMatch(/1 open alert \(0 new, 0 ended, 0 events sent\)/);
  const [id = ""] = /[\da-f]{8}-[\da-f-]{27}/.exec(second.stdout) ?? [];
  expect(await alert(cwd, "ack", id)).toMatchObject({ code: 0, stdout: `acknowledged: ${id}\n` });
  expect((await alert(cwd)).stdout).toMatch(/plant 5, .*, acknowledged/);
  expect(countIn(join(cwd, "plants.db"), "SELECT count(*) FROM plant_alert")).toBe(1);
});

test("plant alert --json prints one report with alerts, transitions and outcome", async () => {
  const { code, stdout } = await alert(copy(), "--json");
  expect(code).toBe(0);
  const report = JSON.parse(stdout) as HealthReport & { outcome: string; exitCode: number };
  expect(report).toMatchObject({
    outcome: "ok",
    exitCode: 0,
    checkedAt: "2026-03-01T12:00:05.000Z",
    plants: 6,
    transitions: [{ kind: "fire", plantId: 5, detail: { rule: "silent" } }],
    alerts: [{ plantId: 5, plantName: expect.any(String), detail: { rule: "silent" } }],
    delivery: { delivered: 1, failed: [] },
  });
});

test("plant alert --dry-run stores and sends nothing", async () => {
  const cwd = copy();
  const { code, stdout, stderr } = await alert(cwd, "--dry-run");
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/1 would fire, 0 would end; nothing was stored or sent/);
  expect(stdout).toMatch(/would fire: No readings: plant 5/);
  expect(rowsIn(join(cwd, "plants.db"), "SELECT * FROM plant_alert")).toEqual([]);
});

test("plant alert exits with 75 if a webhook refuses, without its URL, and a later check sends it with the same key", async () => {
  const cwd = copy();
  const hook = await startHook();
  hook.status = 500;
  const targets = ["--notify", `${hook.url}/secret-path?token=hidden`];
  const refused = await alert(cwd, ...targets);
  expect(refused.code).toBe(75);
  expect(refused.stderr).toMatch(/json-webhook:[\da-f]{8} did not get an event: .*status 500/);
  expect(`${refused.stdout}${refused.stderr}`).not.toMatch(/secret-path|hidden/);
  hook.status = 200;
  const later = { ...clock, now: () => nowMs + 2 * minute };
  const accepted = await plant(["alert", ...database, ...targets], { cwd, host: { clock: later } });
  expect(accepted.code).toBe(0);
  const keys = hook.bodies.map((body) => (JSON.parse(body) as { events: { key: string }[] }).events[0]?.key);
  expect(keys).toHaveLength(2);
  expect(keys[0]).toBe(keys[1]);
});

test("plant alert --watch checks until a signal, and goes on after a failed delivery", async () => {
  const cwd = copy();
  const started = startPlant(
    ["alert", ...database, "--watch", "--every", "10ms", "--notify", "http://127.0.0.1:9/closed"],
    { cwd },
  );
  await started.until("stdout", /plants,.*\n.*plants,.*\n/);
  started.signal("SIGTERM");
  const { stderr } = await started.ended;
  expect(stderr).toMatch(/the watch has ended/);
});

test("plant alert test sends a message to each target", async () => {
  const hook = await startHook();
  const sent = await alert(makeFolder(), "test", "--notify", `log: ${hook.url}`);
  expect(sent).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/log: accepted\njson-webhook:.*: accepted\n/),
  });
  expect(hook.bodies[0]).toContain("This is a test");
  hook.status = 404;
  expect(await alert(makeFolder(), "test", "--notify", hook.url)).toMatchObject({
    code: 75,
    stderr: expect.stringMatching(/did not accept the test message/),
  });
});

test.each([
  [["ack"], 2, /missing required argument 'id'\nSee: plant alert ack --help/],
  [["ack", "nothing"], 65, /No alert that fires has the id nothing/],
  [["test", "--dry-run"], 2, /unknown option '--dry-run'/],
  [["snooze"], 2, /alert has no action 'snooze'/],
  [["test", "extra"], 2, /too many arguments/],
  [["--notify", "https://a.example/x,https://b.example/y"], 2, /separated by spaces/],
  [["--notify", "https://user:secret@a.example/x"], 2, /without user and password/],
  [["--notify", "http://example.org/token"], 2, /--notify.*must be up to 10/],
  [["--time-zone", "Mars/Olympus"], 2, /must be a time zone/],
] as const)("plant alert %j exits with %i", async (args, code, message) => {
  const ended = await alert(copy(), ...args);
  expect(ended).toMatchObject({ code, stderr: expect.stringMatching(message) });
  expect(ended.stderr).not.toContain("example.org/token");
});

test("plant alert refuses a database that does not exist", async () => {
  expect(await alert(makeFolder())).toMatchObject({
    code: 78,
    stderr: expect.stringMatching(/does not exist/),
  });
});

test("plant run --alert checks the plants after a run", async () => {
  const { url } = await startMuseum({ now: () => nowMs, anomalies: false });
  const { code, stderr } = await plant(["run", "--api", url, "--plants", "1-4", "--alert", ...database], {
    cwd: copy(),
    host: { clock },
  });
  expect(code).toBe(0);
  expect(stderr).toMatch(/plants: .*6 plants, \d+ alerts? \(.*silent/);
});

test("plant run --watch --alert goes on while a receiver of messages does not respond, and ends at once", async () => {
  const { url } = await startMuseum({ now: clock.now, anomalies: false });
  const { url: silent, requests } = await startSilentServer();
  const run = ["run", "--api", url, "--plants", "1-4", "--watch", "--every", "50ms", "--alert"];
  const started = startPlant([...run, "--notify", silent, ...database], { cwd: copy(), host: { clock } });
  await started.until("stdout", /(.*\n){5}/);
  await requests.first;
  const before = requests.count;
  const printed = (await started.until("stdout", /[\s\S]*/)).length;
  await started.until("stdout", new RegExp(`[\\s\\S]{${printed}}(.*\\n){3}`));
  expect(requests.count).toBe(before);
  started.signal("SIGTERM");
  const { code, stderr } = await started.ended;
  expect([code, stderr]).toEqual([0, expect.not.stringContaining("no response in time")]);
});

/** A server that accepts requests and never responds. */
async function startSilentServer() {
  let received = () => {};
  const requests = { count: 0, first: new Promise<void>((resolve) => (received = resolve)) };
  const server = createServer(() => {
    requests.count += 1;
    received();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

async function startHook() {
  const hook = { url: "", status: 200, bodies: [] as string[] };
  const server = createServer(async (request, response) => {
    hook.bodies.push(await text(request));
    response.statusCode = hook.status;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  hook.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return hook;
}

test("plant alert ack --help and test --help print the help of the action", async () => {
  for (const args of [
    ["alert", "ack", "--help"],
    ["alert", "ack", "--database", "sqlite:plants.db", "some-id", "-h"],
  ]) {
    const { code, stdout } = await plant(args);
    expect([code, stdout.split("\n")[0]]).toEqual([0, "Usage: plant alert ack [options] <id>"]);
    expect(stdout).toContain("--database <url>");
    expect(stdout).toMatch(/Exit codes:\n {2}0 {3}the alert is acknowledged\n/);
    expect(stdout).not.toMatch(/--watch|--notify/);
  }
  const { stdout } = await plant(["alert", "test", "--help"]);
  expect(stdout).toContain("Usage: plant alert test [options]\n");
  expect(stdout).toContain("--notify");
  expect(stdout).not.toContain("--database");
  expect((await plant(["alert", "--help"])).stdout).toMatch(
    /Usage: plant alert \[options\] \[command\][\s\S]*--watch[\s\S]*Commands:\n {2}ack /,
  );
});

import { mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { makeFolder } from "../support/folder.js";
import { startMuseum } from "../support/museum.js";
import { plant, startPlant } from "../support/plant.js";

const now = "2026-03-01T12:00:00.000Z";
const nowMs = Date.parse(now);
const database = ["--database", "sqlite:plants.db"];
const host = { clock: { now: () => nowMs, sleep: async () => {} } };
let filled = "";

beforeAll(async () => {
  filled = makeFolder();
  const { url } = await startMuseum({ now: () => nowMs, anomalies: false });
  const ended = await plant(["run", "--api", url, "--plants", "1-6", "--at", now, ...database], {
    cwd: filled,
  });
  expect([ended.code, ended.stderr]).toEqual([0, expect.any(String)]);
});

test("plant report writes one HTML file, readable by its owner only, and replaces it", async () => {
  for (let time = 1; time <= 2; time++) {
    const { code, stdout } = await plant(["report", ...database, "--out", "page.html"], {
      cwd: filled,
      host,
    });
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^Every plant is as usual\.\npage\.html: .* kB\n$/),
    ]);
  }
  const file = join(filled, "page.html");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const page = readFileSync(file, "utf8");
  expect(page).toMatch(/^<!doctype html>/);
  expect(page).toContain("Every plant is as usual");
  expect(page).not.toMatch(/\b(?:src|href)="(?:https?:)?\/\//);
});

test("plant report --json has file, size, verdict and state", async () => {
  const { stdout } = await plant(["report", ...database, "--json"], { cwd: filled, host });
  expect(JSON.parse(stdout)).toMatchObject({
    file: "plant-data/plants.html",
    bytes: expect.any(Number),
    verdict: "Every plant is as usual",
    state: "current",
    outcome: "ok",
  });
});

test.each([
  [["--out", "no/such/folder/page.html"], /'no\/such\/folder\/page\.html'/],
  [["--out", "folder"], /folder is a folder/],
  [["--out", "plants.db"], /plants\.db exists and is not an HTML page\. Name another file/],
  [["--database", "sqlite:missing.db"], /does not exist/],
] as const)("plant report %j exits with 78", async (args, message) => {
  mkdirSync(join(filled, "folder"), { recursive: true });
  const options = args[0] === "--database" ? args : [...database, ...args];
  expect(await plant(["report", ...options], { cwd: filled, host })).toMatchObject({
    code: 78,
    stderr: expect.stringMatching(message),
  });
});

test("plant serve serves the page to this machine only, renews it after a run, and ends with 0", async () => {
  const started = startPlant(["serve", ...database, "--port", "0", "--refresh", "1s", "--json"], {
    cwd: filled,
  });
  const { url } = JSON.parse(await started.until("stdout", /.*\n/)) as { url: string };
  const page = await fetch(url);
  expect(page.status).toBe(200);
  expect(page.headers.get("content-security-policy")).toMatch(/default-src 'none'/);
  expect(await page.text()).toContain("Cape sundew");
  expect((await fetch(new URL("readyz", url))).status).toBe(200);
  expect(await (await fetch(new URL("metrics", url))).text()).toMatch(/# EOF\n$/);
  expect((await fetch(new URL("status.json", url))).status).toBe(200);
  // A viewer with an open stream does not hold up the end.
  const events = await fetch(new URL("events", url));
  await events.body?.getReader().read();
  started.signal("SIGTERM");
  expect((await started.ended).code).toBe(0);
  await expect(fetch(url)).rejects.toThrow();
});

test("plant serve refuses another name, another machine's address, and a port in use", async () => {
  const started = startPlant(["serve", ...database, "--port", "0", "--json"], { cwd: filled });
  const { url, port } = JSON.parse(await started.until("stdout", /.*\n/)) as { url: string; port: number };
  const { createConnection } = await import("node:net");
  const response = await new Promise<string>((resolve) => {
    const socket = createConnection(port, "127.0.0.1", () =>
      socket.end("GET / HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n"),
    );
    let text = "";
    socket.on("data", (data) => {
      text += data.toString();
    });
    socket.on("close", () => resolve(text));
  });
  expect(response).toMatch(/^HTTP\/1\.1 421 /);
  expect((await fetch(url)).status).toBe(200);
  expect(await plant(["serve", ...database, "--port", String(port)], { cwd: filled })).toMatchObject({
    code: 75,
    stderr: expect.stringMatching(/cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE.*--port/),
  });
  expect(await plant(["serve", ...database, "--host", "0.0.0.0"], { cwd: filled })).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/without a login.*--allow-remote/),
  });
  started.signal("SIGTERM");
  await started.ended;
});

import { spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { connectServiceManager } from "../../src/session/service-manager.js";
import { makeFolder } from "../support/folder.js";
import { waitFor } from "../support/wait-for.js";

const missing = ["systemd-notify", "python3"].find(
  (program) => spawnSync(program, ["--version"]).status !== 0,
);
const receiver = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("bound", flush=True)
while True: print(s.recv(4096).decode(), flush=True)`;

async function receiveMessages() {
  const socket = join(makeFolder(), "notify.sock");
  const child = spawn("python3", ["-c", receiver, socket], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill());
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  await waitFor(() => text.includes("bound"));
  const count = (message: string) => text.split("\n").filter((line) => line === message).length;
  return { socket, count };
}

const host = (environment: Readonly<Record<string, string>>) => ({
  environment: { PATH: process.env.PATH, ...environment },
  processId: 42,
  clock: {
    now: Date.now,
    sleep: (ms: number, signal?: AbortSignal) => sleep(ms, undefined, signal && { signal }),
  },
});
/** Not a failing function: systemd-notify ends with 1 if the receiver ends before it, after the test. */
function collectWarnings() {
  const warnings: string[] = [];
  return { warnings, warn: (line: string) => void warnings.push(line) };
}

describe.skipIf(missing !== undefined)(`connectServiceManager (needs systemd-notify and python3)`, () => {
  test("sends READY=1, WATCHDOG=1 while the service is alive, and STOPPING=1", async () => {
    const { socket, count } = await receiveMessages();
    const output = collectWarnings();
    const watched = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: "90000", WATCHDOG_PID: "42" };
    const manager = connectServiceManager(host(watched), output);
    let alive = true;
    const end = new AbortController();
    onTestFinished(() => end.abort());
    manager.ready();
    manager.keepAlive(() => alive, end.signal);
    await waitFor(() => count("READY=1") === 1 && count("WATCHDOG=1") >= 3);
    alive = false;
    manager.stopping();
    await waitFor(() => count("STOPPING=1") === 1);
    await sleep(200);
    const sent = count("WATCHDOG=1");
    await sleep(400);
    expect(count("WATCHDOG=1")).toBe(sent);
    expect(output.warnings).toEqual([]);
  });

  test("sends no WATCHDOG=1 for another process's watchdog", async () => {
    const { socket, count } = await receiveMessages();
    const output = collectWarnings();
    const watched = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: "30000", WATCHDOG_PID: "43" };
    const manager = connectServiceManager(host(watched), output);
    manager.keepAlive(() => true, new AbortController().signal);
    manager.ready();
    await waitFor(() => count("READY=1") === 1);
    expect(count("WATCHDOG=1")).toBe(0);
    expect(output.warnings).toEqual([]);
  });
});

test("connectServiceManager warns once without systemd-notify, and does nothing without NOTIFY_SOCKET", async () => {
  const unused = collectWarnings();
  connectServiceManager(host({}), unused).ready();
  const { warnings, warn } = collectWarnings();
  const manager = connectServiceManager(host({ NOTIFY_SOCKET: "/nowhere", PATH: "/nowhere" }), { warn });
  manager.ready();
  manager.stopping();
  await waitFor(() => warnings.length > 0);
  await sleep(50);
  expect(warnings).toEqual([expect.stringMatching(/was not notified: systemd-notify cannot be started/)]);
  expect(unused.warnings).toEqual([]);
});

test("connectServiceManager has one systemd-notify for WATCHDOG=1 at a time, and kills one that hangs", async () => {
  const folder = makeFolder();
  const started = join(folder, "started");
  writeFileSync(started, "");
  writeFileSync(join(folder, "systemd-notify"), `#!/bin/sh\necho $$ >> '${started}'\nexec sleep 600\n`, {
    mode: 0o755,
  });
  const { warnings, warn } = collectWarnings();
  const watched = {
    NOTIFY_SOCKET: "/nowhere",
    WATCHDOG_USEC: "300000",
    PATH: `${folder}:${process.env.PATH}`,
  };
  const end = new AbortController();
  connectServiceManager(host(watched), { warn }, 400).keepAlive(() => true, end.signal);
  const pids = () => readFileSync(started, "utf8").trim().split("\n").map(Number);
  const running = () => pids().filter(isRunning);
  onTestFinished(() => {
    end.abort();
    for (const pid of running()) process.kill(pid, "SIGKILL");
  });
  await waitFor(() => pids().length >= 3);
  expect(running().length).toBeLessThanOrEqual(1);
  expect(warnings).toEqual([expect.stringContaining("systemd-notify ended with SIGKILL")]);
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach } from "vitest";
import type { Host, StopSignal, Terminal } from "../../src/host.js";
import { main } from "../../src/main.js";
import { captureOutput, type Ended } from "./capture-output.js";
import { makeFolder } from "./folder.js";

export interface PlantOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Parts of the host that the test replaces, such as its clock. */
  readonly host?: Partial<Host>;
}

export interface StartedPlant {
  readonly ended: Promise<Ended>;
  /** Waits until stdout or stderr matches. */
  until(stream: "stdout" | "stderr", pattern: RegExp): Promise<string>;
  /** Delivers a signal. */
  signal(name: StopSignal): void;
  /** Closes stdout, as a reader that leaves. */
  closeStdout(): void;
}

const running = new Set<StartedPlant>();

afterEach(async () => {
  for (const started of running) started.signal("SIGTERM");
  await Promise.all([...running].map(({ ended }) => ended));
});

/**
 * Starts the program in this process, in a folder of its own, without the tester's environment. What needs a process
 * (signals of the system, file descriptors, exit codes) is a case for `startPlantProcess`.
 */
export function startPlant(args: readonly string[], options: PlantOptions = {}): StartedPlant {
  const directory = options.cwd ?? makeFolder();
  const environment = options.env ?? {};
  const leave = enter(directory, environment);
  const output = captureOutput();
  const signalListeners = new Set<(signal: StopSignal) => void>();
  const closeListeners = new Set<() => void>();
  let isStdoutOpen = true;
  const terminal = (write: Terminal["write"], onClosed: Terminal["onClosed"]): Terminal => ({
    isTerminal: false,
    columns: 80,
    onClosed,
    write,
  });
  const host: Host = {
    args,
    scriptPath: "/usr/bin/plant",
    environment,
    directory,
    nodeVersion: process.versions.node,
    processId: process.pid,
    stdout: terminal(
      (text) => {
        if (isStdoutOpen) output.append("stdout", text);
      },
      (listener) => closeListeners.add(listener),
    ),
    stderr: terminal(
      (text) => output.append("stderr", text),
      () => {},
    ),
    clock: {
      now: () => Date.now(),
      sleep: async (ms, signal) => {
        await sleep(ms, undefined, signal === undefined ? {} : { signal });
      },
    },
    elapsedMs: () => performance.now(),
    random: () => Math.random(),
    newId: () => randomUUID(),
    onStopSignal: (listener) => {
      signalListeners.add(listener);
      return () => signalListeners.delete(listener);
    },
    exit: (code) => {
      throw new Error(`the program called exit(${code}); test this in a process`);
    },
    ...options.host,
  };
  const ended = main(host)
    .then((code): Ended => ({ code, ...output.texts }))
    .finally(() => {
      running.delete(started);
      leave();
    });
  const started: StartedPlant = {
    ended,
    until: (stream, pattern) => output.until(stream, pattern, ended),
    signal: (name) => {
      for (const listener of [...signalListeners]) listener(name);
    },
    closeStdout: () => {
      isStdoutOpen = false;
      for (const listener of closeListeners) listener();
    },
  };
  running.add(started);
  return started;
}

/** Runs the program in this process. */
export async function plant(args: readonly string[], options: PlantOptions = {}): Promise<Ended> {
  return await startPlant(args, options).ended;
}

const home = process.cwd();
let entered: { readonly directory: string; programs: number } | undefined;

/** Relative paths and credentials of AWS are the process's, so that programs that run at once share them. */
function enter(directory: string, environment: Readonly<Record<string, string>>): () => void {
  if (entered === undefined) {
    process.chdir(directory);
    for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
    for (const [name, value] of Object.entries(environment))
      if (name.startsWith("AWS_")) process.env[name] = value;
    entered = { directory, programs: 0 };
  } else if (entered.directory !== directory)
    throw new Error(`a program is running in ${entered.directory}; start this one there or as a process`);
  const current = entered;
  current.programs += 1;
  return () => {
    current.programs -= 1;
    if (current.programs > 0) return;
    process.chdir(home);
    entered = undefined;
  };
}

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ExitCode } from "@lmnh/plant-composition";
import type { Clock, Random } from "@lmnh/plant-etl";

export type StopSignal = "SIGINT" | "SIGTERM";

export interface Terminal {
  readonly isTerminal: boolean;
  /** Calls the listener when the reader has left. */
  onClosed(listener: () => void): void;
  /** Width in characters. */
  readonly columns: number;
  write(text: string): void;
}

/** What the process has and everything below it is handed. */
export interface Host {
  readonly args: readonly string[];
  /** The script that Node runs, as it was named: a link is not followed. */
  readonly scriptPath: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The working directory. */
  readonly directory: string;
  readonly nodeVersion: string;
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly clock: Clock;
  /** Milliseconds that only go forward, whatever is done to the clock. */
  readonly elapsedMs: () => number;
  readonly random: Random;
  readonly newId: () => string;
  /** Calls the listener for each signal until the returned function is called. */
  readonly onStopSignal: (listener: (signal: StopSignal) => void) => () => void;
  /** Ends the process at once. */
  readonly exit: (code: number) => never;
}

/** The host of this process. */
export function processHost(): Host {
  return {
    args: process.argv.slice(2),
    scriptPath: process.argv[1] ?? "",
    environment: process.env,
    directory: process.cwd(),
    nodeVersion: process.versions.node,
    stdout: terminal(process.stdout),
    stderr: terminal(process.stderr),
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
      process.on("SIGINT", listener);
      process.on("SIGTERM", listener);
      return () => {
        process.off("SIGINT", listener);
        process.off("SIGTERM", listener);
      };
    },
    exit: (code) => process.exit(code),
  };
}

/** A stream whose reader may leave, as with `plant run | head -1`: what is written after that is lost, quietly. */
function terminal(stream: NodeJS.WriteStream): Terminal {
  let open = true;
  const listeners: (() => void)[] = [];
  stream.on("error", (error: NodeJS.ErrnoException) => {
    open = false;
    if (error.code !== "EPIPE") {
      process.stderr.write(`error: the output cannot be written (${error.code ?? error.message})\n`);
      process.exitCode = ExitCode.tryAgain;
    }
    for (const listener of listeners) listener();
  });
  return {
    onClosed: (listener) => listeners.push(listener),
    isTerminal: stream.isTTY === true,
    get columns() {
      // 0 or nothing where the width is not known.
      return stream.columns || 80;
    },
    write: (text) => {
      if (open) stream.write(text);
    },
  };
}

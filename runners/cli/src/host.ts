import type { ExitCode } from "@lmnh/plant-runtime";
import { type Clock, type Random, randomId, systemClock, systemRandom } from "@lmnh/plant-schema/model";

/** As a type, because `plant --version` loads no library. */
const outputFailed = 75 satisfies typeof ExitCode.temporaryFailure;

export const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
export type StopSignal = (typeof stopSignals)[number];

export interface Terminal {
  readonly isTerminal: boolean;
  /** Calls the listener when the reader has closed the stream. */
  onClosed(listener: () => void): void;
  /** Width in characters. */
  readonly columns: number;
  write(text: string): void;
}

/** The arguments, environment, streams, time, randomness and signals of the process, passed to everything below it. */
export interface Host {
  readonly args: readonly string[];
  /** The path of the script that Node runs; symbolic links are not resolved. */
  readonly scriptPath: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The working directory; throws if it was deleted. */
  readonly directory: string;
  readonly nodeVersion: string;
  readonly processId: number;
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly clock: Clock;
  /** Milliseconds of a monotonic clock, which a change of the system time does not affect. */
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
  const stderr = terminal(process.stderr, () => {});
  const stdout = terminal(process.stdout, (reason) =>
    stderr.write(`error: the output cannot be written (${reason})\n`),
  );
  return {
    args: process.argv.slice(2),
    scriptPath: process.argv[1] ?? "",
    environment: process.env,
    get directory() {
      return process.cwd();
    },
    nodeVersion: process.versions.node,
    processId: process.pid,
    stdout,
    stderr,
    clock: systemClock,
    elapsedMs: () => performance.now(),
    random: systemRandom,
    newId: randomId,
    onStopSignal: (listener) => {
      for (const signal of stopSignals) process.on(signal, listener);
      return () => {
        for (const signal of stopSignals) process.off(signal, listener);
      };
    },
    exit: (code) => process.exit(code),
  };
}

/**
 * A stream whose failure does not end the command: text that cannot be written is dropped. A closed pipe, as with
 * `plant run | head -1`, is not an error. Any other failure, such as a full disk, sets the exit code to 75 if the command
 * ends with 0; later texts are still written, because the disk may have room by then.
 *
 * @param onFailed receives the first failure's code; it must not write to this stream, whose failure would call it again
 */
function terminal(stream: NodeJS.WriteStream, onFailed: (reason: string) => void): Terminal {
  let open = true;
  let failed = false;
  const listeners: (() => void)[] = [];
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") {
      open = false;
      for (const listener of listeners.splice(0)) listener();
    } else if (!failed) {
      failed = true;
      process.exitCode ||= outputFailed;
      onFailed(error.code ?? error.message);
    }
  });
  return {
    onClosed: (listener) => listeners.push(listener),
    isTerminal: stream.isTTY === true,
    get columns() {
      // 0 or undefined if the width is unknown.
      return stream.columns || 80;
    },
    write: (text) => {
      if (open) stream.write(text);
    },
  };
}

import { Worker } from "node:worker_threads";
import { sqliteWorkerUrl } from "../sqlite-worker-url.js";
import type { SqliteConnection, SqliteResult } from "./connection.js";

/** What the thread is started with. */
export interface SqliteThreadData {
  readonly path: string;
  readonly readonly: boolean;
  readonly state: ThreadState;
}

/** Shared by the two threads: at `working` and `ending`, 0 or 1. */
export type ThreadState = Int32Array<SharedArrayBuffer>;
export const working = 0;
export const ending = 1;

/** What the thread is asked, one at a time. */
export type SqliteRequest = "close" | { readonly sql: string; readonly parameters: readonly unknown[] };

/** What it answers, in the same order; its first answer is whether the database is open. */
export type SqliteResponse =
  | { readonly result: SqliteResult }
  | { readonly error: { readonly name: string; readonly message: string; readonly code: unknown } };

/**
 * Opens a database with libsql in a thread of its own, so that the caller's goes on with its work while a statement
 * runs, waits for a lock, or waits for the disk.
 *
 * It keeps the process alive only while something is asked.
 *
 * @throws the driver's error, by name, message and code
 */
export async function connectionInOwnThread(
  where: Pick<SqliteThreadData, "path" | "readonly">,
): Promise<SqliteConnection> {
  const state: ThreadState = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(sqliteWorkerUrl(), {
    workerData: { ...where, state } satisfies SqliteThreadData,
    // Most of what it makes is rows that are handed over at once.
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  const waiting: { resolve(result: SqliteResult): void; reject(error: Error): void }[] = [];
  let ended: Error | undefined;

  const response = (): Promise<SqliteResult> => {
    worker.ref();
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  };
  const ask = async (request: SqliteRequest): Promise<SqliteResult> => {
    if (ended !== undefined) throw ended;
    worker.postMessage(request);
    return await response();
  };
  const end = (error: Error) => {
    ended ??= error;
    for (const { reject } of waiting.splice(0)) reject(ended);
  };

  worker.on("message", (said: SqliteResponse) => {
    const requested = waiting.shift();
    if (waiting.length === 0) worker.unref();
    if ("result" in said) requested?.resolve(said.result);
    else requested?.reject(revive(said.error));
  });
  worker.on("error", end);
  worker.on("exit", () => {
    threads.delete(state);
    end(new Error("The database is closed."));
  });
  if (!listening) process.once("exit", finishStatements);
  listening = true;
  threads.add(state);

  try {
    await response();
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  return {
    execute: (sql, parameters) => ask({ sql, parameters }),
    async close() {
      if (ended !== undefined) return;
      await ask("close");
      await worker.terminate();
    },
  };
}

const threads = new Set<ThreadState>();
let listening = false;

/** Longer than any statement of ours takes, milliseconds. */
const longestStatementMs = 60_000;

/**
 * Lets statements that are under way come to their end, and no other begin, before the process ends and with it the
 * threads. libsql panics (Rust) and aborts the process when its thread is ended in the middle of a statement.
 */
function finishStatements(): void {
  for (const state of threads) {
    Atomics.store(state, ending, 1);
    Atomics.wait(state, working, 1, longestStatementMs);
  }
}

function revive({ name, message, code }: { name: string; message: string; code: unknown }): Error {
  return Object.assign(new Error(message), { name, code });
}

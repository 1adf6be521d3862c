import { Worker } from "node:worker_threads";
import { sqliteWorkerUrl } from "../sqlite-worker-url.js";
import type { SqliteConnection, SqliteResult } from "./connection.js";

/** The `workerData` of the worker. */
export interface SqliteThreadData {
  readonly path: string;
  readonly readonly: boolean;
  readonly state: ThreadState;
}

/** Shared by the two threads: 0 or 1 at the indexes `working` and `ending`. */
export type ThreadState = Int32Array<SharedArrayBuffer>;
export const working = 0;
export const ending = 1;

export type SqliteRequest = "close" | { readonly sql: string; readonly parameters: readonly unknown[] };

/** One for each request, in the same order, after a first one for the opening of the database. */
export type SqliteResponse =
  | { readonly result: SqliteResult }
  | { readonly error: { readonly name: string; readonly message: string; readonly code: unknown } };

/**
 * Opens a database with libsql in a worker thread, so that the caller's thread is not blocked while a statement runs or
 * waits for a lock or the disk. The worker keeps the process alive only while a request is pending.
 *
 * @throws an error with the name, message and code of the driver's error
 */
export async function connectionInOwnThread(
  where: Pick<SqliteThreadData, "path" | "readonly">,
): Promise<SqliteConnection> {
  const state: ThreadState = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(sqliteWorkerUrl(), {
    workerData: { ...where, state } satisfies SqliteThreadData,
    // Most of its objects are rows, which are posted at once.
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  const waiting: { resolve(result: SqliteResult): void; reject(error: Error): void }[] = [];
  let ended: Error | undefined;

  const nextResponse = (): Promise<SqliteResult> => {
    worker.ref();
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  };
  const send = async (request: SqliteRequest): Promise<SqliteResult> => {
    if (ended !== undefined) throw ended;
    worker.postMessage(request);
    return await nextResponse();
  };
  const end = (error: Error) => {
    ended ??= error;
    for (const { reject } of waiting.splice(0)) reject(ended);
  };

  worker.on("message", (response: SqliteResponse) => {
    const request = waiting.shift();
    if (waiting.length === 0) worker.unref();
    if ("result" in response) request?.resolve(response.result);
    else request?.reject(revive(response.error));
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
    await nextResponse();
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  return {
    execute: (sql, parameters) => send({ sql, parameters }),
    async close() {
      if (ended !== undefined) return;
      await send("close");
      await worker.terminate();
    },
  };
}

const threads = new Set<ThreadState>();
let listening = false;

/** Longer than any statement of the pipeline takes, milliseconds. */
const longestStatementMs = 60_000;

/**
 * Waits for the statements in progress before the process exits, and lets no other one start. libsql panics (Rust) and
 * aborts the process if its thread is terminated during a statement.
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

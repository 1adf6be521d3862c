// The thread that sqlite-thread.ts starts: opens one database, and answers what it is asked, in order.
import { parentPort, workerData } from "node:worker_threads";
import Libsql from "libsql";
import { executeOn, type SqliteResult } from "./connection.js";
import {
  ending,
  type SqliteRequest,
  type SqliteResponse,
  type SqliteThreadData,
  working,
} from "./worker-client.js";

const nothing: SqliteResult = { rows: [], inTransaction: false };
const { path, readonly, state } = workerData as SqliteThreadData;

response(() => {
  const database = new Libsql(path, readonly ? { readonly } : {});
  parentPort?.on("message", (request: SqliteRequest) =>
    response(() => {
      if (request !== "close") return executeOn(database, request.sql, request.parameters);
      database.close();
      return nothing;
    }),
  );
  return nothing;
});

function response(work: () => SqliteResult): void {
  Atomics.store(state, working, 1);
  // Whoever ends the process waits for what has begun, and nobody for what has not.
  const result = Atomics.load(state, ending) === 1 ? undefined : attempt(work);
  Atomics.store(state, working, 0);
  Atomics.notify(state, working);
  if (result !== undefined) parentPort?.postMessage(result);
}

/** An error loses its code on the way to another thread, so it goes as what it is made of. */
function attempt(work: () => SqliteResult): SqliteResponse {
  try {
    return { result: work() };
  } catch (error) {
    const { name, message, code } = error as Error & { code?: unknown };
    return { error: { name, message, code } };
  }
}

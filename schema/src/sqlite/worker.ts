// The worker of worker-client.ts: opens one database and handles requests in order.
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

const emptyResult: SqliteResult = { rows: [], hasCommitted: false };
const { path, readonly, state } = workerData as SqliteThreadData;

respond(() => {
  const database = new Libsql(path, readonly ? { readonly } : {});
  parentPort?.on("message", (request: SqliteRequest) =>
    respond(() => {
      if (request !== "close") return executeOn(database, request.sql, request.parameters);
      database.close();
      return emptyResult;
    }),
  );
  return emptyResult;
});

function respond(work: () => SqliteResult): void {
  Atomics.store(state, working, 1);
  // When the process exits, it waits for the statement in progress, and no other one starts.
  const result = Atomics.load(state, ending) === 1 ? undefined : runSafely(work);
  Atomics.store(state, working, 0);
  Atomics.notify(state, working);
  if (result !== undefined) parentPort?.postMessage(result);
}

/** An error loses its code when it is posted to another thread, so its parts are posted. */
function runSafely(work: () => SqliteResult): SqliteResponse {
  try {
    return { result: work() };
  } catch (error) {
    const { name, message, code } = error as Error & { code?: unknown };
    return { error: { name, message, code } };
  }
}

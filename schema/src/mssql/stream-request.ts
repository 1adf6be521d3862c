import type { Request } from "tedious";
import { type MssqlQuery, type MssqlSession, type Row, sendRequest } from "./request.js";

/** Streams the rows of a query in chunks. The server waits while the consumer does not read. */
export async function* streamRequest(
  session: MssqlSession,
  query: MssqlQuery,
  chunkSize: number,
): AsyncGenerator<Row[]> {
  let rows: Row[] = [];
  let paused: Request | undefined;
  let wake = () => {};
  let failure: { readonly error: unknown } | undefined;
  let open = true;
  const ended = sendRequest(session, query, (row, request) => {
    rows.push(row);
    if (rows.length < chunkSize) return;
    request.pause();
    paused = request;
    wake();
  })
    .catch((error: unknown) => {
      failure = { error };
    })
    .finally(() => {
      open = false;
      wake();
    });
  try {
    while (open || rows.length > 0) {
      if (open && rows.length < chunkSize)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      if (failure !== undefined) throw failure.error;
      const chunk = rows;
      rows = [];
      if (chunk.length > 0) yield chunk;
      paused?.resume();
    }
  } finally {
    if (open) session.connection.cancel();
    await ended;
  }
}

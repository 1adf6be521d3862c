import { addAbortSignal, pipeline, Readable, Transform } from "node:stream";
import type { S3Client } from "@aws-sdk/client-s3";
import { isReading, StoppedRequest } from "./stop-requests.js";

/**
 * Reads a body of `expected` bytes, and stops at the first one beyond them.
 *
 * @returns `expected` bytes, or fewer if the body is shorter
 */
export async function readBody(
  body: unknown,
  expected: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if (!(body instanceof Readable)) throw new Error("it sends no body");
  if (signal !== undefined) addAbortSignal(signal, body);
  const bytes = new Uint8Array(expected);
  let at = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    if (chunk.length > expected - at) throw new Error("it sends more bytes than were requested");
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes.subarray(0, at);
}

export function discardBody(body: unknown): void {
  if (body instanceof Readable) body.destroy();
}

/** A page of a listing has up to 6 MB; reads of objects have a limit of their own. */
const maxBodyBytes = 2 ** 26;

/**
 * Aborts responses that take longer than `limitMs` after their first byte or exceed 64 MiB: the client itself detects
 * pauses, but not a slow response without pauses. When the signal aborts, responses to requests that read end with a
 * `StoppedRequest`.
 */
export function limitResponses(client: S3Client, limitMs: number, signal?: AbortSignal | undefined): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { response } = result as { response: { body?: unknown } };
      if (response.body instanceof Readable)
        response.body = limit(response.body, limitMs, isReading(args.request) ? signal : undefined);
      return result;
    },
    // Next to the handler, so that every reader of the body is limited.
    { name: "limitResponses", step: "deserialize", priority: "low" },
  );
}

function limit(body: Readable, limitMs: number, signal: AbortSignal | undefined): Readable {
  let received = 0;
  const limited = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      received += chunk.length;
      if (received > maxBodyBytes) done(new Error("its response is too long"));
      else done(null, chunk);
    },
  });
  const timer = setTimeout(() => limited.destroy(timedOut(limitMs)), limitMs);
  // An unread body does not keep the process alive.
  timer.unref();
  const stop = () => limited.destroy(new StoppedRequest(signal?.reason));
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop, { once: true });
  // The reader of `limited` gets the errors.
  pipeline(body, limited, () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  });
  return limited;
}

function timedOut(limitMs: number): Error {
  return Object.assign(new Error(`its response did not end within ${limitMs} ms`), { name: "TimeoutError" });
}

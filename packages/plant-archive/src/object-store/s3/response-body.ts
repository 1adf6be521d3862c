import { addAbortSignal, pipeline, Readable, Transform } from "node:stream";
import type { S3Client } from "@aws-sdk/client-s3";

/**
 * Reads a body that is to have `expected` bytes, and no more than one byte beyond them: the store decides what it sends.
 *
 * @returns as many bytes as there are, up to `expected`
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

/** Bytes. A page of a listing has up to 6 MB; what is read of an object is bounded where it is read. */
const maxBodyBytes = 2 ** 26;

/**
 * Ends each response that goes on for longer than `limitMs` after its first byte or beyond 64 MiB: the client itself only
 * notices silence, and a response that trickles is never silent.
 */
export function limitResponses(client: S3Client, limitMs: number): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { response } = result as { response: { body?: unknown } };
      if (response.body instanceof Readable) response.body = limit(response.body, limitMs);
      return result;
    },
    // Next to the handler, so that everything that reads the body is limited.
    { name: "limitResponses", step: "deserialize", priority: "low" },
  );
}

function limit(body: Readable, limitMs: number): Readable {
  let received = 0;
  const limited = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      received += chunk.length;
      if (received > maxBodyBytes) done(new Error("its response has no end"));
      else done(null, chunk);
    },
  });
  const timer = setTimeout(() => limited.destroy(timedOut(limitMs)), limitMs);
  // A body that nobody reads keeps no process alive.
  timer.unref();
  // Errors are those of `limited`, which its reader gets.
  pipeline(body, limited, () => clearTimeout(timer));
  return limited;
}

function timedOut(limitMs: number): Error {
  return Object.assign(new Error(`its response did not end within ${limitMs} ms`), { name: "TimeoutError" });
}

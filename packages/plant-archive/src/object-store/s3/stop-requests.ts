import type { S3Client } from "@aws-sdk/client-s3";

/** An aborted signal has ended a request; `reason` is the signal's. */
export class StoppedRequest extends Error {
  readonly reason: unknown;

  constructor(reason: unknown) {
    super("the request was stopped");
    this.reason = reason;
  }
}

/**
 * Once the signal has aborted, ends requests that read, and their responses, at once; those that write get `writeMs` to
 * finish. No further attempt begins then. The requests reject with a `StoppedRequest`.
 */
export function stopRequests(client: S3Client, signal: AbortSignal, writeMs: number): void {
  const writes = new AbortController();
  const stopWrites = () => {
    // The process may end before.
    setTimeout(() => writes.abort(), writeMs).unref();
  };
  if (signal.aborted) stopWrites();
  else signal.addEventListener("abort", stopWrites, { once: true });
  const { requestHandler } = client.config;
  // Not a middleware: the handler alone can end a request.
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = async (request, options = {}) => {
    const ending = isReading(request) ? signal : writes.signal;
    const { abortSignal } = options as { readonly abortSignal?: unknown };
    try {
      return await handle(request, {
        ...options,
        abortSignal: abortSignal instanceof AbortSignal ? AbortSignal.any([abortSignal, ending]) : ending,
      });
    } catch (error) {
      throw ending.aborted ? new StoppedRequest(signal.reason) : error;
    }
  };
}

export function isReading(request: unknown): boolean {
  return ["GET", "HEAD"].includes((request as { readonly method: string }).method);
}

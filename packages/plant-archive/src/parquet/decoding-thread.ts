import { Worker } from "node:worker_threads";
import type { DecodingRequest, DecodingResponse, DecodingTasks, TaskName } from "./decoding-protocol.js";
import source from "./decoding-worker.js?thread-source";
import { InvalidFileError } from "./file-layout.js";
import { startWorkClock } from "./work-clock.js";

/** Mebibytes of heap. A row group of 10,000 readings takes some 10. */
const maxHeapMb = 256;

interface Job {
  readonly request: DecodingRequest;
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

const queue: Job[] = [];
let thread: Worker | undefined;
let current: Job | undefined;

/**
 * Decodes in a thread, one request at a time. If a file makes the decoder loop or allocate without end, the thread is
 * terminated after `limitMs` of work (see `startWorkClock`) or at 256 MB, and the next request starts a new one; likewise
 * when the signal aborts. An idle thread does not keep the process alive.
 *
 * @throws InvalidFileError; the signal's reason
 */
export function decodeInThread<Name extends TaskName>(
  task: Name,
  parameters: Parameters<DecodingTasks[Name]>,
  { limitMs, signal }: { readonly limitMs: number; readonly signal?: AbortSignal | undefined },
): Promise<ReturnType<DecodingTasks[Name]>> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const stop = () => {
      const place = queue.indexOf(job);
      if (place >= 0) queue.splice(place, 1);
      job.reject(signal?.reason);
      if (job === current) replaceThread();
    };
    signal?.addEventListener("abort", stop, { once: true });
    const removeListener = () => signal?.removeEventListener("abort", stop);
    const job: Job = {
      request: { task, parameters } as DecodingRequest,
      limitMs,
      signal,
      resolve(result) {
        removeListener();
        resolve(result as ReturnType<DecodingTasks[Name]>);
      },
      reject(error) {
        removeListener();
        reject(error);
      },
    };
    queue.push(job);
    next();
  });
}

let stopClock = () => {};

function next(): void {
  if (current !== undefined || queue[0] === undefined) return;
  thread ??= startThread();
  if (!ready.has(thread)) return;
  const job = queue.shift();
  if (job === undefined) return;
  current = job;
  stopClock = startWorkClock(job.limitMs, () => {
    job.reject(new InvalidFileError("takes longer to decode than any file of this archive"));
    replaceThread();
  });
  thread.ref();
  const [bytes, ...rest] = job.request.parameters;
  // A copy to transfer: the underlying buffer may be much larger, or in use here.
  const copy = new Uint8Array(bytes);
  thread.postMessage({ ...job.request, parameters: [copy, ...rest] }, [copy.buffer]);
}

const ready = new WeakSet<Worker>();

function startThread(): Worker {
  const worker = new Worker(source, {
    eval: true,
    name: "parquet",
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb, maxYoungGenerationSizeMb: 16 },
  });
  worker.on("message", (response: DecodingResponse) => {
    if (worker !== thread) return;
    if (response.kind === "ready") ready.add(worker);
    else finish(response);
    if (queue.length === 0 && current === undefined) worker.unref();
    next();
  });
  const fail = (error: unknown) => {
    if (worker !== thread) return;
    // If no thread can be started, the waiting request would never settle.
    (current ?? queue.shift())?.reject(error);
    replaceThread();
  };
  worker.on("error", (error: Error & { code?: string | undefined }) =>
    fail(
      error.code === "ERR_WORKER_OUT_OF_MEMORY"
        ? new InvalidFileError("takes more memory to decode than any file of this archive")
        : error,
    ),
  );
  worker.on("exit", (code) => fail(new Error(`The decoding thread exited with code ${code}.`)));
  return worker;
}

function finish(response: Exclude<DecodingResponse, { kind: "ready" }>): void {
  const job = current;
  current = undefined;
  stopClock();
  if (response.kind === "done") job?.resolve(response.result);
  else if (response.kind === "invalid") job?.reject(new InvalidFileError(response.problem));
  else job?.reject(new InvalidFileError("cannot be decoded", { cause: new Error(response.reason) }));
}

/** Abandons the current request; waiting ones continue in a new thread. */
function replaceThread(): void {
  const old = thread;
  thread = undefined;
  current = undefined;
  stopClock();
  void old?.terminate();
  next();
}

import { callSafely } from "@lmnh/plant-schema/internal";
import { PlantEtlError } from "../errors.js";
import type { PlantSource } from "../ports.js";
import { formatRecordedResponse, parseRecordedLine } from "./recording-format.js";

/**
 * Writes each response of a source as one line of JSON, line end included, before it yields the response. If `write`
 * throws, the rest of the iteration is yielded without being recorded, so a recording has no gaps.
 *
 * @param write what it returns is awaited, and otherwise not used
 * @param onFailed receives the error, and the number of responses of the iteration that were recorded before it; an error of
 *   its own is ignored
 *
 * @example
 * ```ts
 * import { appendFileSync } from "node:fs";
 * import { recordResponses } from "@lmnh/plant-etl/recording";
 *
 * const recorded = recordResponses(
 *   source,
 *   (line) => appendFileSync("responses.jsonl", line),
 *   (error) => console.error(error),
 * );
 * await runEtl({ source: recorded, transform, store });
 * ```
 */
export function recordResponses(
  source: PlantSource,
  write: (line: string) => unknown,
  onFailed: (error: unknown, recorded: number) => void,
): PlantSource {
  return {
    endless: source.endless,
    async *responses(signal) {
      let recorded = 0;
      let failed = false;
      for await (const response of source.responses(signal)) {
        if (!failed)
          try {
            await write(formatRecordedResponse(response));
            recorded += 1;
          } catch (error) {
            failed = true;
            callSafely(() => onFailed(error, recorded));
          }
        yield response;
      }
    },
  };
}

/** What a replay reports beside its responses. */
export interface ReplayOptions {
  /** Receives the number, from 1, of a line that is cut off because its writer was killed. */
  readonly onTorn?: ((line: number) => void) | undefined;
}

/**
 * Replays the output of `recordResponses` in its order, and ends when the signal aborts. Lines are text, or bytes of UTF-8
 * as `splitLines` returns them. A byte order mark, blank lines and lines that are cut off are skipped. Any other line that
 * is not a response throws `RECORDING_INVALID` with its number, and so does a recording without a response. Can be
 * replayed as often as `lines` can be iterated.
 */
export function replayResponses(
  lines: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  { onTorn = () => {} }: ReplayOptions = {},
): PlantSource {
  return {
    async *responses(signal) {
      let number = 0;
      let responses = 0;
      for await (const line of untilAborted(lines, signal)) {
        number++;
        const parsed = parseRecordedLine(line);
        if (parsed === null) continue;
        if (!("problem" in parsed)) {
          responses++;
          yield parsed;
        } else if (parsed.torn) callSafely(() => onTorn(number));
        else
          throw invalid(
            `Line ${number} of the recording is not a response: ${parsed.problem}. Correct or remove the line.`,
          );
      }
      if (responses === 0 && !signal.aborted)
        throw invalid("The recording has no response. Check that it is the file that was recorded.");
    },
  };
}

function invalid(message: string): PlantEtlError {
  return new PlantEtlError("RECORDING_INVALID", "abort", message);
}

/** Ends at once when the signal aborts, even while a line is pending. */
async function* untilAborted(
  lines: AsyncIterable<Line> | Iterable<Line>,
  signal: AbortSignal,
): AsyncGenerator<Line, void, void> {
  const iterator = Symbol.asyncIterator in lines ? lines[Symbol.asyncIterator]() : lines[Symbol.iterator]();
  let done = false;
  try {
    while (!signal.aborted) {
      const next = await nextUnlessAborted(iterator, signal);
      done = next === undefined || next.done === true;
      if (next === undefined || next.done === true) return;
      yield next.value;
    }
  } finally {
    // Not awaited while a line is pending: a file would close, but a pipe may never end.
    if (signal.aborted) void Promise.resolve(iterator.return?.()).catch(() => {});
    else if (!done) await iterator.return?.();
  }
}

type Line = string | Uint8Array;
type LineIterator = AsyncIterator<Line> | Iterator<Line>;

function nextUnlessAborted(
  iterator: LineIterator,
  signal: AbortSignal,
): Promise<IteratorResult<Line> | undefined> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(undefined);
    signal.addEventListener("abort", stop, { once: true });
    Promise.resolve(iterator.next())
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", stop));
  });
}

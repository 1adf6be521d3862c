import { PlantEtlError } from "../errors.js";
import type { PlantSource } from "../ports.js";
import { formatRecordedAnswer, parseRecordedAnswer } from "./recording.js";

/**
 * Writes each answer of a source as one line of JSON, line end included, before handing it on. What `write` throws ends
 * the answers.
 */
export function recordAnswers(
  source: PlantSource,
  write: (line: string) => void | Promise<void>,
): PlantSource {
  return {
    async *answers(signal) {
      for await (const answer of source.answers(signal)) {
        await write(formatRecordedAnswer(answer));
        yield answer;
      }
    },
  };
}

export interface ReplayOptions {
  /** Told of a line that was cut off in the middle, by its number from 1: its writer was killed. */
  readonly onTorn?: (line: number) => void;
}

/**
 * Plays back what `recordAnswers` wrote, in its order, line by line; it just ends when the signal aborts. Blank lines
 * and lines that were cut off are skipped; any other line that is not an answer throws `RECORDING_INVALID` with its
 * number. Can be played as often as `lines` can be iterated.
 */
export function replayAnswers(
  lines: AsyncIterable<string> | Iterable<string>,
  { onTorn = () => {} }: ReplayOptions = {},
): PlantSource {
  return {
    async *answers(signal) {
      let number = 0;
      for await (const line of untilAborted(lines, signal)) {
        number++;
        if (line.trim() === "") continue;
        const parsed = parseRecordedAnswer(line);
        if (!("problem" in parsed)) yield parsed;
        else if (parsed.torn) onTorn(number);
        else
          throw new PlantEtlError(
            "RECORDING_INVALID",
            "abort",
            `Line ${number} of the recording is not an answer: ${parsed.problem}. Mend or remove the line.`,
          );
      }
    },
  };
}

/** Ends at once when the signal aborts, even while it waits for a line. */
async function* untilAborted(
  lines: AsyncIterable<string> | Iterable<string>,
  signal: AbortSignal,
): AsyncGenerator<string, void, void> {
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
    // Not waited for where a line is still due: a file would close, but a pipe may keep its reader for ever.
    if (signal.aborted) void Promise.resolve(iterator.return?.()).catch(() => {});
    else if (!done) await iterator.return?.();
  }
}

type LineIterator = AsyncIterator<string> | Iterator<string>;

function nextUnlessAborted(
  iterator: LineIterator,
  signal: AbortSignal,
): Promise<IteratorResult<string> | undefined> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(undefined);
    signal.addEventListener("abort", stop, { once: true });
    Promise.resolve(iterator.next())
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", stop));
  });
}

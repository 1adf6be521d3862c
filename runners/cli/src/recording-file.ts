import { createReadStream } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { type PlantSource, recordResponses, replayResponses, splitLines } from "@lmnh/plant-etl";
import { ExitCode, UserError } from "@lmnh/plant-runtime";
import { reasonOf } from "@lmnh/plant-schema";
import { pluralize } from "./output/pluralize.js";

/**
 * Appends the answers of each run to a file. It is opened once before anything is done, so that a path that cannot be
 * used is an error at once, and then anew by each run: what kept one run from writing may be over at the next.
 *
 * @param onProblem is called once a run with a line that names the file and the reason
 */
export async function recordToFile(
  source: PlantSource,
  path: string,
  onProblem: (problem: string) => void,
): Promise<{ readonly source: PlantSource; recordingProblem(): string | undefined }> {
  await tryToOpen(path);
  let problem: string | undefined;
  const fail = (error: unknown, recorded: number) => {
    if (problem !== undefined) return;
    const part = recorded === 0 ? "no answer" : `only the first ${pluralize(recorded, "answer")}`;
    problem = `${path} has ${part} of this run: ${reasonOf(error)}`;
    onProblem(`the recording cannot be written, and the run goes on without it: ${problem}`);
  };
  return {
    recordingProblem: () => problem,
    source: {
      async *responses(signal) {
        problem = undefined;
        let file: FileHandle | undefined;
        let written = 0;
        const write = async (line: string) => {
          file ??= await openRecording(path);
          await file.appendFile(line);
          written += 1;
        };
        try {
          yield* recordResponses(source, write, fail).responses(signal);
        } finally {
          // Some file systems report only now that there was no room.
          await file?.close().catch((error: unknown) => fail(error, written));
        }
      },
    },
  };
}

const passingErrors: ReadonlySet<string> = new Set([
  "ENOSPC",
  "EDQUOT",
  "EIO",
  "EMFILE",
  "ENFILE",
  "EBUSY",
  "EAGAIN",
]);

/** Throws for a path that cannot be used, but not for what may be over when the first answer comes. */
async function tryToOpen(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  // Opening a pipe waits for its reader, for ever and deaf to signals.
  if (found?.isFIFO() || found?.isSocket())
    throw new UserError(
      ExitCode.configuration,
      `--record ${path} is a pipe or a socket, whose reader could stop the run. Name a file.`,
    );
  try {
    await (await open(path, "a+", 0o600)).close();
  } catch (error) {
    if (!passingErrors.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

/** For appending; a line that an earlier run could not finish is ended first, or it would swallow the next one. */
async function openRecording(path: string): Promise<FileHandle> {
  const file = await open(path, "a+", 0o600);
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    if (size > 0 && last.toString() !== "\n") await file.appendFile("\n");
    return file;
  } catch (error) {
    await file.close().catch(() => {});
    throw error;
  }
}

/** Opened once before anything is done, so that a file that does not exist is an error at once. */
export async function replayFile(path: string, onTorn: (line: number) => void): Promise<PlantSource> {
  await (await open(path, "r")).close();
  return replayResponses({ [Symbol.asyncIterator]: () => readLines(path) }, { onTorn });
}

function readLines(path: string): AsyncIterator<Uint8Array> {
  const stream = createReadStream(path);
  const lines = splitLines(stream)[Symbol.asyncIterator]();
  return {
    next: () => lines.next(),
    // The stream's own iterator would wait for a chunk that a pipe may never give.
    async return() {
      stream.destroy();
      return { done: true, value: undefined };
    },
  };
}

import { createReadStream } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import type { PlantSource } from "@lmnh/plant-etl";
import { recordResponses, replayResponses, splitLines } from "@lmnh/plant-etl/recording";
import { codeOf, reasonOf } from "@lmnh/plant-schema/internal";
import { UserError } from "../errors.js";
import { ExitCode } from "../exit-codes.js";

/**
 * Appends the responses of each run to a file. The file is opened at the start, so that an invalid path fails at once, and
 * again by each run, because a full disk may have room by then.
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
    const part =
      recorded === 0
        ? "no response"
        : `only the first ${recorded} ${recorded === 1 ? "response" : "responses"}`;
    problem = `${path} has ${part} of this run: ${reasonOf(error)}`;
    onProblem(`the recording is not writable, and the run continues without it: ${problem}`);
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
          // Some file systems report a full disk only here.
          await file?.close().catch((error: unknown) => fail(error, written));
        }
      },
    },
  };
}

const transientErrors: ReadonlySet<string> = new Set([
  "ENOSPC",
  "EDQUOT",
  "EIO",
  "EMFILE",
  "ENFILE",
  "EBUSY",
  "EAGAIN",
]);

/**
 * Throws for an invalid path, and for a file that is not a recording, but not for a transient error, which may be over when
 * the first response arrives.
 */
async function tryToOpen(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  // Opening a pipe blocks until it has a reader.
  if (found?.isFIFO() || found?.isSocket())
    throw new UserError(
      ExitCode.configuration,
      `--record ${path} is a pipe or a socket, whose reader could block the run. Name a file.`,
    );
  try {
    await (await open(path, "a+", 0o600)).close();
    if (found?.isFile() && found.size > 0) await refuseOtherFile(path);
  } catch (error) {
    if (!transientErrors.has(codeOf(error))) throw error;
  }
}

/** Refuses a file in which an appended response could not be replayed. Reads no more than the lines up to its first response. */
async function refuseOtherFile(path: string): Promise<void> {
  async function* continued() {
    yield* { [Symbol.asyncIterator]: () => readLines(path) };
    yield anyResponse;
  }
  try {
    const responses = replayResponses(continued()).responses(new AbortController().signal);
    for await (const _ of responses) return;
  } catch (error) {
    if (codeOf(error) !== "RECORDING_INVALID") throw error;
    throw new UserError(
      ExitCode.configuration,
      `${path} exists and is not a recording. Name another file with --record.`,
    );
  }
}

const anyResponse = JSON.stringify({
  v: 1,
  plantId: 0,
  receivedAt: "2026-01-28T12:00:00.000Z",
  attempts: 0,
  outcome: { kind: "received", status: 200, body: "", cut: false },
});

/** Opens for appending on a new line: the last line of an earlier run may be incomplete. */
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

/** Reads responses from a file. It is opened at the start, so that a missing file fails at once. */
export async function replayFile(path: string, onTorn: (line: number) => void): Promise<PlantSource> {
  await (await open(path, "r")).close();
  return replayResponses({ [Symbol.asyncIterator]: () => readLines(path) }, { onTorn });
}

function readLines(path: string): AsyncIterator<Uint8Array> {
  const stream = createReadStream(path);
  const lines = splitLines(stream)[Symbol.asyncIterator]();
  return {
    next: () => lines.next(),
    // The iterator of the stream would wait for the next chunk of a pipe.
    async return() {
      stream.destroy();
      return { done: true, value: undefined };
    },
  };
}

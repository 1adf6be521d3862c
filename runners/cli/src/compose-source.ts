import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createInterface } from "node:readline";
import { httpSource, type SourceValues } from "@lmnh/plant-composition";
import { type Clock, type PlantSource, recordAnswers, replayAnswers } from "@lmnh/plant-etl";
import { version } from "../package.json";
import type { Host } from "./host.js";
import type { Output } from "./output/output.js";

export interface SourceOptions extends SourceValues {
  /** A file to which every answer is appended. */
  readonly record?: string | undefined;
  /** A file to read answers from, in place of the API. */
  readonly replay?: string | undefined;
}

/** Where the answers come from, as the settings have it. `close` when the last run is over. */
export async function composeSource(
  options: SourceOptions,
  { random }: Pick<Host, "random">,
  clock: Clock,
  output: Output,
): Promise<{ source: PlantSource; close(): Promise<void> }> {
  const { record, replay } = options;
  const source =
    replay === undefined
      ? httpSource(options, { clock, random, userAgent: `plant-cli/${version}` })
      : await replayFile(replay, output);
  if (record === undefined) return { source, close: async () => {} };
  const file = await openRecording(record);
  return {
    source: recordAnswers(source, async (line) => {
      await file.appendFile(line);
    }),
    close: () => file.close(),
  };
}

/** For appending; a line that an earlier recorder was killed in is ended first, or it would swallow the next one. */
async function openRecording(path: string): Promise<FileHandle> {
  const file = await open(path, "a+");
  const { size } = await file.stat();
  const last = Buffer.alloc(1);
  if (size > 0) await file.read(last, 0, 1, size - 1);
  if (size > 0 && last.toString() !== "\n") await file.appendFile("\n");
  return file;
}

/** Opened once before anything is done, so that a file that is not there is said at once. */
async function replayFile(path: string, output: Output): Promise<PlantSource> {
  await (await open(path, "r")).close();
  const lines = {
    [Symbol.asyncIterator]: () =>
      createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })[
        Symbol.asyncIterator
      ](),
  };
  return replayAnswers(lines, {
    onTorn: (line) => output.warn(`line ${line} of ${path} was cut off in the middle and is left out`),
  });
}

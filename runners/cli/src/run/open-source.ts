import type { Clock, PlantSource } from "@lmnh/plant-etl";
import { httpSource, type SourceValues } from "@lmnh/plant-runtime";
import { version } from "../../package.json";
import type { Host } from "../host.js";
import type { Output } from "../output/output.js";
import { recordToFile, replayFile } from "./recording-file.js";

export interface SourceOptions extends SourceValues {
  /** A file to which every response is appended. */
  readonly record?: string | undefined;
  /** A file to read responses from, in place of the API. */
  readonly replay?: string | undefined;
}

export interface OpenedSource {
  readonly source: PlantSource;
  /** Why the recording of the last run is incomplete, as a line; `undefined` if it is complete or nothing was recorded. */
  recordingProblem(): string | undefined;
}

/** Opens the source that the settings name: the API or a recording. */
export async function openSource(
  options: SourceOptions,
  { random }: Pick<Host, "random">,
  clock: Clock,
  output: Output,
): Promise<OpenedSource> {
  const { record, replay } = options;
  const source =
    replay === undefined
      ? httpSource(options, { clock, random, userAgent: `plant-cli/${version}` })
      : await replayFile(replay, (line) =>
          output.warn(`line ${line} of ${replay} was cut off in the middle and is left out`),
        );
  return record === undefined
    ? { source, recordingProblem: () => undefined }
    : await recordToFile(source, record, (problem) => output.warn(problem));
}

import type { PlantSource } from "@lmnh/plant-etl";
import { type HttpSourceTools, type HttpSourceValues, httpSource } from "../http-source.js";
import { recordToFile, replayFile } from "./recording-file.js";

export interface SourceOptions extends HttpSourceValues {
  /** A file to which every response is appended. */
  readonly record?: string | undefined;
  /** A file to read responses from, in place of the API. */
  readonly replay?: string | undefined;
}

export interface OpenSourceTools extends HttpSourceTools {
  /** Receives each problem of a recording, as a line. */
  readonly onWarning: (line: string) => void;
}

export interface OpenedSource {
  readonly source: PlantSource;
  /** Why the recording of the last run is incomplete, as a line; `undefined` if it is complete or nothing was recorded. */
  recordingProblem(): string | undefined;
}

/** Opens the API or a recording. */
export async function openSource(
  options: SourceOptions,
  { onWarning, ...tools }: OpenSourceTools,
): Promise<OpenedSource> {
  const { record, replay } = options;
  const source =
    replay === undefined
      ? httpSource(options, tools)
      : await replayFile(replay, (line) =>
          onWarning(`line ${line} of ${replay} was cut off in the middle and is left out`),
        );
  return record === undefined
    ? { source, recordingProblem: () => undefined }
    : await recordToFile(source, record, onWarning);
}

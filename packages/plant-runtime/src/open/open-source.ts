import type { PlantSource } from "@lmnh/plant-etl";
import { keepAliveFetch } from "@lmnh/plant-etl/http";
import { UserError } from "../errors.js";
import { ExitCode } from "../exit-codes.js";
import { type HttpSourceTools, type HttpSourceValues, httpSource } from "../http-source.js";
import { type FetchOptions, openFetch } from "./open-fetch.js";
import { readToken } from "./read-token.js";
import { recordToFile, replayFile } from "./recording-file.js";

export interface SourceOptions extends HttpSourceValues, FetchOptions {
  /** A file with the token of the API, read by each run. */
  readonly apiTokenFile?: string | undefined;
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

/**
 * Opens the API or a recording.
 *
 * @throws UserError if a file is unreadable or has other content; without a setting of its own, if there are two logins
 */
export async function openSource(
  options: SourceOptions,
  { onWarning, ...tools }: OpenSourceTools,
): Promise<OpenedSource> {
  const { record, replay } = options;
  const source =
    replay === undefined
      ? await openApi(options, tools)
      : await replayFile(replay, (line) =>
          onWarning(`line ${line} of ${replay} was cut off in the middle and is left out`),
        );
  return record === undefined
    ? { source, recordingProblem: () => undefined }
    : await recordToFile(source, record, onWarning);
}

/** The API, through the proxies of the settings. */
export async function openApi(options: SourceOptions, tools: HttpSourceTools): Promise<PlantSource> {
  const { apiTokenFile, apiToken, header } = options;
  const logins = [apiToken, apiTokenFile, header?.authorization].filter((login) => login !== undefined);
  if (logins.length > 1)
    throw new UserError(
      ExitCode.configuration,
      "The API has more than one login: give one of PLANT_API_TOKEN, --api-token-file and the header authorization",
    );
  const fetch =
    tools.fetch ??
    (await openFetch(options)) ??
    // For all runs, since a source with another token is another source.
    keepAliveFetch({ maxSockets: options.concurrency ?? 8 });
  const withFetch = { ...tools, fetch };
  if (apiTokenFile === undefined) return httpSource(options, withFetch);
  // Fails at once if the file is missing.
  await readToken(apiTokenFile);
  return {
    async *responses(signal) {
      const token = await readToken(apiTokenFile);
      yield* httpSource({ ...options, apiToken: token }, withFetch).responses(signal);
    },
  };
}

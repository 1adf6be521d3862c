import {
  apiVersions,
  createSimulator,
  currentApiVersion,
  parseRecordedResponses,
} from "@lmnh/museum-simulator";
import {
  boolean,
  ExitCode,
  instant,
  integer,
  oneOf,
  percentage,
  readDuration,
  setting,
  similarName,
  suggestDuration,
  text,
  textParser,
} from "@lmnh/plant-runtime";
import { defineCommand } from "../command.js";
import { readText } from "../files/read-text.js";
import { pluralize } from "../output/pluralize.js";
import { listenForStop } from "../session/shutdown-signal.js";

/** Milliseconds at least and at most, and how many requests are served at once. */
interface Pace {
  readonly latencyMs: readonly [number, number];
  readonly maxConcurrent: number;
}

const latency = textParser(
  'must be "real", "none" or a duration up to 1h',
  (given): Pace | undefined => {
    if (given === "real") return { latencyMs: [0, 1_500], maxConcurrent: 2 };
    const ms = given === "none" ? 0 : readDuration(given);
    return ms === undefined || ms > 3_600_000
      ? undefined
      : { latencyMs: [ms, ms], maxConcurrent: Number.POSITIVE_INFINITY };
  },
  (given) =>
    similarName(given, ["real", "none"]) ??
    suggestDuration(given, { low: "0ms", high: "1h", example: "20ms" }),
);

export const simulateCommand = defineCommand({
  description: [
    "Serves a simulation of the museum's API on 127.0.0.1 until Ctrl-C, with the same responses, faults and latency. The same seed gives the same readings.",
  ],
  examples: [
    ["plant simulate", "the current API on port 8080"],
    ["plant simulate --latency none --fault-rate 0%", "fast and without faults"],
    [
      "plant simulate --api-version v1 --at 2024-03-01T12:00:00Z --frozen",
      "an earlier version of the API, at a fixed time",
    ],
  ],
  exits: [
    [ExitCode.done, "it was stopped"],
    [ExitCode.dataError, "the file of responses has invalid lines"],
    [ExitCode.temporaryFailure, "the port is in use"],
    [ExitCode.configuration, "the file of responses is not readable"],
  ],
  settings: {
    port: setting({
      flag: "--port <number>",
      fallback: "8080",
      description: "The port; 0 for a free one",
      parse: integer(0, 65_535, 8080),
    }),
    apiVersion: setting({
      flag: "--api-version <version>",
      fallback: currentApiVersion,
      description: `Version of the API: ${apiVersions.join(", ")}`,
      parse: oneOf(...apiVersions),
    }),
    seed: setting({
      flag: "--seed <number>",
      fallback: "1",
      description: "The seed of readings, faults and anomalies",
      parse: integer(0, 999_999_999, 1),
    }),
    at: setting({
      flag: "--at <time>",
      description: "The simulated time at the start; now by default",
      parse: instant,
    }),
    frozen: setting({
      flag: "--frozen",
      fallback: "false",
      description: "Stop the simulated time",
      parse: boolean,
    }),
    plantCount: setting({
      flag: "--plant-count <number>",
      description: "Serve plants 1 to this number, generated from the 50 of the seed",
      parse: integer(1, 1_000_000, 50),
      excludes: ["responses"],
    }),
    faultRate: setting({
      flag: "--fault-rate <percent>",
      fallback: "2%",
      description: "The share of requests that end in a sensor fault",
      parse: percentage,
    }),
    latency: setting({
      flag: "--latency <how>",
      fallback: "real",
      description: '"real" (0 to 1.5 s, two requests at once), "none", or a duration such as 20ms',
      parse: latency,
    }),
    responses: setting({
      flag: "--responses <file>",
      description: 'Serve recorded responses: a JSON document {"apiVersion", "source", "payload"} per line',
      parse: text,
    }),
  },
  async act({ values, host, output }) {
    const { port, apiVersion, seed, faultRate, plantCount, responses, at, frozen } = values;
    const startMs = host.clock.now();
    const shiftMs = at === undefined ? 0 : at - startMs;
    const simulator = await createSimulator({
      now: () => (frozen ? startMs : host.clock.now()) + shiftMs,
      port,
      apiVersion,
      seed,
      faultRate,
      ...values.latency,
      ...(plantCount === undefined ? {} : { plantCount }),
      ...(responses === undefined
        ? {}
        : { responses: parseRecordedResponses(await readText(responses), apiVersion) }),
    });
    output.result(
      { url: simulator.url, port: simulator.port, apiVersion, seed },
      [
        `Plant API ${apiVersion} at ${simulator.url}`,
        `Try it: curl ${simulator.url}/8`,
        `Load it: plant run --api ${simulator.url}`,
        "Stop it: Ctrl-C",
      ],
      null,
    );
    await new Promise<void>((resolve) => {
      listenForStop(host, () => resolve());
    });
    const { count } = simulator.requests();
    await simulator.close();
    output.note(`served ${pluralize(count, "request")}`);
    return ExitCode.done;
  },
});

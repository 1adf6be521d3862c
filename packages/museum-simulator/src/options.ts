import { systemClock } from "@lmnh/plant-schema/model";
import { type ApiVersion, apiVersions, currentApiVersion } from "./api-version.js";
import { SimulatorError } from "./errors.js";
import { type Fault, faultKinds } from "./faults.js";
import type { Payload } from "./payload.js";
import { isBetween, type PlantFaults, plantFaultProblems } from "./plant-faults.js";
import type { SimulatedPlant } from "./roster.js";
import { type AnomalyRates, museumAnomalies, noAnomalies } from "./sensor-signal.js";

/** Faults by plant id. A list is consumed, one fault per request; a single fault is permanent. */
export type Script = Readonly<Record<number, Fault | readonly Fault[]>>;

/** What the simulated museum has, how fast it responds, and what goes wrong. All have defaults. */
export interface SimulatorOptions {
  /** The clock: milliseconds since the epoch. `systemClock.now` of @lmnh/plant-schema by default. */
  readonly now?: (() => number) | undefined;
  /** `currentApiVersion` by default. */
  readonly apiVersion?: ApiVersion | undefined;
  /** A whole number that determines readings and faults. 1 by default. */
  readonly seed?: number | undefined;
  /** Plants in place of the shipped ones. */
  readonly plants?: readonly SimulatedPlant[] | undefined;
  /** Serves plants 1 to this number (1…1,000,000), derived from the shipped ones, for load tests. 50 by default; plant 7 does not exist. */
  readonly plantCount?: number | undefined;
  /** Share of requests, 0…1, with a sensor fault. 0.02 by default, as in the museum. */
  readonly faultRate?: number | undefined;
  /** Minimum and maximum milliseconds of a response. [0, 1500] by default, as in the museum. */
  readonly latencyMs?: readonly [number, number] | undefined;
  /** Requests served at once; others wait. May be Infinity. 2 by default, as in the museum. */
  readonly maxConcurrent?: number | undefined;
  /** 0…65535; 0, the default, selects a free port. */
  readonly port?: number | undefined;
  /** Faults to inject by plant id; none by default. */
  readonly script?: Script | undefined;
  /** Recorded payloads by plant id, served in place of simulated ones. See `parseRecordedResponses`. */
  readonly responses?: ReadonlyMap<number, Payload> | undefined;
  /** Faults of plants and their sensors, by plant id. */
  readonly plantFaults?: PlantFaults | undefined;
  /** Each watering is early or late by up to this, 0…360. 0 by default, as in the museum. */
  readonly wateringJitterMinutes?: number | undefined;
  /** Anomalies in the readings: the museum's rates (`true`, the default), none (`false`), or other rates. */
  readonly anomalies?: boolean | AnomalyRates | undefined;
}

export interface Settings {
  readonly now: () => number;
  readonly apiVersion: ApiVersion;
  readonly seed: number;
  readonly plants: readonly SimulatedPlant[] | undefined;
  readonly plantCount: number;
  readonly faultRate: number;
  readonly latencyMs: readonly [number, number];
  readonly maxConcurrent: number;
  readonly port: number;
  readonly script: Script;
  readonly responses: ReadonlyMap<number, Payload> | undefined;
  readonly plantFaults: PlantFaults;
  readonly wateringJitterMinutes: number;
  readonly anomalies: AnomalyRates;
}

/** Fills in the defaults. Throws `SimulatorError` with code `OPTION_INVALID`, which names every problem. */
export function readOptions(options: SimulatorOptions): Settings {
  const { anomalies = true } = options;
  const settings: Settings = {
    now: options.now ?? systemClock.now,
    apiVersion: options.apiVersion ?? currentApiVersion,
    seed: options.seed ?? 1,
    plants: options.plants,
    plantCount: options.plantCount ?? 50,
    faultRate: options.faultRate ?? 0.02,
    latencyMs: options.latencyMs ?? [0, 1_500],
    maxConcurrent: options.maxConcurrent ?? 2,
    port: options.port ?? 0,
    script: options.script ?? {},
    responses: options.responses,
    plantFaults: options.plantFaults ?? {},
    wateringJitterMinutes: options.wateringJitterMinutes ?? 0,
    anomalies: typeof anomalies === "boolean" ? (anomalies ? museumAnomalies : noAnomalies) : anomalies,
  };
  const problems = [
    ...settingProblems(settings),
    ...sourceProblems(options),
    ...scriptProblems(settings.script),
    ...plantFaultProblems(settings.plantFaults),
  ];
  if (problems.length > 0) throw new SimulatorError("OPTION_INVALID", problems.join("\n"));
  return Object.freeze(settings);
}

function* settingProblems(settings: Settings): Generator<string> {
  const {
    now,
    apiVersion,
    seed,
    plantCount,
    faultRate,
    latencyMs,
    maxConcurrent,
    port,
    anomalies,
    wateringJitterMinutes,
  } = settings;
  const [shortest, longest] = latencyMs;
  if (typeof now !== "function") yield "now must be a function that returns milliseconds since the epoch";
  if (!apiVersions.includes(apiVersion))
    yield `apiVersion must be one of ${apiVersions.join(", ")}: ${String(apiVersion)}`;
  if (!Number.isSafeInteger(seed)) yield `seed must be a whole number: ${seed}`;
  if (!isInteger(plantCount, 1, 1_000_000))
    yield `plantCount must be a whole number from 1 to 1000000: ${plantCount}`;
  if (!isShare(faultRate)) yield `faultRate must be a share from 0 to 1: ${faultRate}`;
  if (!(shortest >= 0 && longest >= shortest && longest <= 3_600_000))
    yield `latencyMs must be two numbers in order, from 0 to 3600000: ${latencyMs.join(", ")}`;
  if (maxConcurrent !== Number.POSITIVE_INFINITY && !isInteger(maxConcurrent, 1, Number.MAX_SAFE_INTEGER))
    yield `maxConcurrent must be a whole number from 1 on, or Infinity: ${maxConcurrent}`;
  if (!isBetween(wateringJitterMinutes, 0, 360))
    yield `wateringJitterMinutes must be a number from 0 to 360: ${wateringJitterMinutes}`;
  if (!isInteger(port, 0, 65_535)) yield `port must be a whole number from 0 to 65535: ${port}`;
  for (const [name, rate] of Object.entries(anomalies))
    if (!isShare(rate)) yield `anomalies.${name} must be a share from 0 to 1: ${String(rate)}`;
}

function* sourceProblems(options: SimulatorOptions): Generator<string> {
  const given = (["plants", "plantCount", "responses"] as const).filter(
    (name) => options[name] !== undefined,
  );
  if (given.length > 1) yield `only one of these can be given: ${given.join(", ")}`;
}

function* scriptProblems(script: Script): Generator<string> {
  for (const [plantId, entry] of Object.entries(script)) {
    const problem = (text: string) => `script[${plantId}] ${text}`;
    if (!Number.isSafeInteger(Number(plantId))) yield problem("must have a plant id as its key");
    for (const fault of toList(entry)) {
      if (!Object.hasOwn(faultKinds, fault.kind)) yield problem(`has an unknown kind: ${fault.kind}`);
      if (fault.kind === "status" && !isInteger(fault.status, 200, 599))
        yield problem(`must have a status from 200 to 599: ${fault.status}`);
      if (
        fault.kind === "hugeBody" &&
        fault.bytes !== undefined &&
        !isInteger(fault.bytes, 2, Number.MAX_SAFE_INTEGER)
      )
        yield problem(`must have a number of bytes from 2 on: ${fault.bytes}`);
      if (fault.kind === "tooManyRequests" && !isInteger(fault.retryAfterSeconds ?? 1, 0, 86_400))
        yield problem(`must have whole retryAfterSeconds from 0 to 86400: ${fault.retryAfterSeconds}`);
    }
  }
}

/** A single fault as a list of one. */
export function toList(entry: Fault | readonly Fault[]): readonly Fault[] {
  return "kind" in entry ? [entry] : entry;
}

function isShare(value: number): boolean {
  return value >= 0 && value <= 1;
}

function isInteger(value: number, from: number, to: number): boolean {
  return Number.isInteger(value) && value >= from && value <= to;
}

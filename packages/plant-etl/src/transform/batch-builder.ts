import type { Plant } from "@lmnh/plant-schema/model";
import type { BaseReading, Batch, Notice, Reading, Rejection } from "../batch.js";
import type { PlantResponse } from "../response.js";
import { maxBodyLength } from "./build-rejection.js";
import type { Transform } from "./transform.js";
import { type TransformedResponse, transformResponse } from "./transform-response.js";

/** A batch, and the facts about its responses that are counted in the report. */
export interface BuiltBatch<R extends BaseReading = Reading> {
  /** What the store loads. */
  readonly batch: Batch<R>;
  /** Plants without a response, in the order of the responses. */
  readonly failures: readonly Extract<TransformedResponse, { kind: "failure" }>[];
  /** Keys that the API is not known to have, as far as `TransformedResponse` lists them. */
  readonly unknownKeys: ReadonlyMap<string, UnknownKey>;
  /** Unknown keys that are not listed, counted once per response. */
  readonly unknownKeysOmitted: number;
}

/** Where a key that the API is not known to have occurred. */
export interface UnknownKey {
  /** The first plant whose response has the key. */
  readonly plantId: number;
  /** Number of responses with the key. */
  readonly responses: number;
}

/** Transforms responses into a batch. Pure, if the transform is. */
export function buildBatch<R extends BaseReading>(
  responses: readonly PlantResponse[],
  transform: Transform<R>,
): BuiltBatch<R> {
  const batch = createBatchBuilder(transform);
  for (const response of responses) batch.add(response);
  return batch.build();
}

/**
 * Responses that are transformed at a time. One at a time, alternating with requests, takes twice the processor time, because
 * the two evict each other's code from the caches. A complete batch at a time delays the requests.
 */
const chunkSize = 16;
/** UTF-16 code units of bodies that complete a chunk early: pending responses are kept with their complete bodies. */
const maxPendingUnits = 262_144;

/** Builds a batch response by response. */
export interface BatchBuilder<R extends BaseReading> {
  add(response: PlantResponse): void;
  /** Number of responses added. */
  readonly responses: number;
  /** UTF-16 code units; an upper bound of what the batch keeps of their bodies. */
  readonly size: number;
  build(): BuiltBatch<R>;
}

/** As `buildBatch`, incrementally: the work is spread over time, and raw bodies are released early. */
export function createBatchBuilder<R extends BaseReading>(transform: Transform<R>): BatchBuilder<R> {
  const pending: PlantResponse[] = [];
  const plants: Plant[] = [];
  const readings: R[] = [];
  const notices: Notice[] = [];
  const rejections: Rejection[] = [];
  const failures: Extract<TransformedResponse, { kind: "failure" }>[] = [];
  const unknownKeys = new Map<string, UnknownKey>();
  let unknownKeysOmitted = 0;
  let pendingSize = 0;
  let responses = 0;
  let size = 0;

  const transformOne = (response: PlantResponse) => {
    const transformed = transformResponse(response, transform);
    if (transformed.kind === "notice") notices.push(transformed.notice);
    else if (transformed.kind === "failure") failures.push(transformed);
    else if (transformed.kind === "rejection") rejections.push(transformed.rejection);
    else {
      readings.push(transformed.reading);
      plants.push(transformed.plant);
      if (transformed.rejection !== null) rejections.push(transformed.rejection);
      for (const key of transformed.unknownKeys) {
        const { plantId = response.plantId, responses = 0 } = unknownKeys.get(key) ?? {};
        unknownKeys.set(key, { plantId, responses: responses + 1 });
      }
      unknownKeysOmitted += transformed.unknownKeysOmitted;
    }
  };
  const transformPending = () => {
    pendingSize = 0;
    pending.splice(0).forEach(transformOne);
  };

  return {
    add(response) {
      const length = bodyLength(response.outcome);
      responses += 1;
      size += Math.min(length, maxBodyLength);
      pendingSize += length;
      pending.push(response);
      if (pending.length >= chunkSize || pendingSize >= maxPendingUnits) transformPending();
    },
    get responses() {
      return responses;
    },
    get size() {
      return size;
    },
    build() {
      transformPending();
      const batch = { plants, readings, notices, rejections };
      return { batch, failures, unknownKeys, unknownKeysOmitted };
    },
  };
}

/** UTF-16 code units. */
function bodyLength(outcome: PlantResponse["outcome"]): number {
  if (outcome.kind === "failed") return 0;
  return (outcome.kind === "undecodable" ? outcome.bodyBase64 : outcome.body).length;
}

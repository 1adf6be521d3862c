import type { Plant } from "@lmnh/plant-schema";
import type { Batch, Notice, Reading, Rejection } from "../batch.js";
import type { PlantResponse } from "../response.js";
import { longestBody } from "./build-rejection.js";
import type { TransformOptions } from "./transform-options.js";
import { type TransformedResponse, transformResponse } from "./transform-response.js";

/** A batch, and what there is to count of the answers that it was made from. */
export interface BuiltBatch {
  readonly batch: Batch;
  readonly failures: readonly Extract<TransformedResponse, { kind: "failure" }>[];
  /** Keys that no era knows, as far as the answers named them. */
  readonly unknownKeys: ReadonlyMap<string, UnknownKey>;
  /** Unknown keys that answers had besides those that they named, counted in each answer. */
  readonly unknownKeysOmitted: number;
}

export interface UnknownKey {
  /** The first plant that had it. */
  readonly plantId: number;
  /** Answers that had it. */
  readonly responses: number;
}

/** Cleans answers and sorts them into a batch. Pure. */
export function buildBatch(responses: readonly PlantResponse[], settings: TransformOptions): BuiltBatch {
  const batch = createBatchBuilder(settings);
  for (const response of responses) batch.add(response);
  return batch.made();
}

/**
 * Answers that are cleaned together. One by one, between the work of as many requests, each took twice the processor time:
 * the code of either drives the other's out of the processor's caches. A whole batch together holds up the requests.
 */
const together = 16;
/** UTF-16 code units of bodies after which they are cleaned at once: a refused body is kept in part, a raw one is not. */
const maxWaitingUnits = 262_144;

/** A batch in the making. */
export interface BatchBuilder {
  add(response: PlantResponse): void;
  /** Answers that were added. */
  readonly responses: number;
  /** UTF-16 code units that the batch keeps of their bodies, at most. */
  readonly size: number;
  made(): BuiltBatch;
}

/** The same for answers as they come: the work is spread, and no raw body outlives its reading for long. */
export function createBatchBuilder(settings: TransformOptions): BatchBuilder {
  const waiting: PlantResponse[] = [];
  const plants: Plant[] = [];
  const readings: Reading[] = [];
  const notices: Notice[] = [];
  const rejections: Rejection[] = [];
  const failures: Extract<TransformedResponse, { kind: "failure" }>[] = [];
  const unknownKeys = new Map<string, UnknownKey>();
  let unknownKeysOmitted = 0;
  let waitingSize = 0;
  let responses = 0;
  let size = 0;

  const clean = (response: PlantResponse) => {
    const meaning = transformResponse(response, settings);
    if (meaning.kind === "notice") notices.push(meaning.notice);
    else if (meaning.kind === "failure") failures.push(meaning);
    else if (meaning.kind === "rejection") rejections.push(meaning.rejection);
    else {
      readings.push(meaning.reading);
      plants.push(meaning.plant);
      if (meaning.rejection !== null) rejections.push(meaning.rejection);
      for (const key of meaning.unknownKeys) {
        const { plantId = response.plantId, responses = 0 } = unknownKeys.get(key) ?? {};
        unknownKeys.set(key, { plantId, responses: responses + 1 });
      }
      unknownKeysOmitted += meaning.unknownKeysOmitted;
    }
  };
  const cleanWaiting = () => {
    waitingSize = 0;
    waiting.splice(0).forEach(clean);
  };

  return {
    add(response) {
      const length = bodyLength(response.outcome);
      responses += 1;
      size += Math.min(length, longestBody);
      waitingSize += length;
      waiting.push(response);
      if (waiting.length >= together || waitingSize >= maxWaitingUnits) cleanWaiting();
    },
    get responses() {
      return responses;
    },
    get size() {
      return size;
    },
    made() {
      cleanWaiting();
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

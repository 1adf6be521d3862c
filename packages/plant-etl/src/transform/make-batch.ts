import type { Plant } from "@lmnh/plant-schema";
import type { Answer } from "../answer.js";
import type { Batch, Notice, Reading, Rejection } from "../batch.js";
import { type Interpretation, interpretAnswer } from "./interpret-answer.js";
import { longestBody } from "./make-rejection.js";
import type { TransformSettings } from "./settings.js";

/** A batch, and what there is to count of the answers that it was made from. */
export interface MadeBatch {
  readonly batch: Batch;
  readonly failures: readonly Extract<Interpretation, { kind: "failure" }>[];
  /** Keys that no era knows, as far as the answers named them. */
  readonly unknownKeys: ReadonlyMap<string, UnknownKey>;
  /** Unknown keys that answers had besides those that they named, counted in each answer. */
  readonly unknownKeysOmitted: number;
}

export interface UnknownKey {
  /** The first plant that had it. */
  readonly plantId: number;
  /** Answers that had it. */
  readonly answers: number;
}

/** Cleans answers and sorts them into a batch. Pure. */
export function makeBatch(answers: readonly Answer[], settings: TransformSettings): MadeBatch {
  const batch = startBatch(settings);
  for (const answer of answers) batch.add(answer);
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
  add(answer: Answer): void;
  /** Answers that were added. */
  readonly answers: number;
  /** UTF-16 code units that the batch keeps of their bodies, at most. */
  readonly size: number;
  made(): MadeBatch;
}

/** The same for answers as they come: the work is spread, and no raw body outlives its reading for long. */
export function startBatch(settings: TransformSettings): BatchBuilder {
  const waiting: Answer[] = [];
  const plants: Plant[] = [];
  const readings: Reading[] = [];
  const notices: Notice[] = [];
  const rejections: Rejection[] = [];
  const failures: Extract<Interpretation, { kind: "failure" }>[] = [];
  const unknownKeys = new Map<string, UnknownKey>();
  let unknownKeysOmitted = 0;
  let waitingSize = 0;
  let answers = 0;
  let size = 0;

  const clean = (answer: Answer) => {
    const meaning = interpretAnswer(answer, settings);
    if (meaning.kind === "notice") notices.push(meaning.notice);
    else if (meaning.kind === "failure") failures.push(meaning);
    else if (meaning.kind === "rejection") rejections.push(meaning.rejection);
    else {
      readings.push(meaning.reading);
      plants.push(meaning.plant);
      if (meaning.rejection !== null) rejections.push(meaning.rejection);
      for (const key of meaning.unknownKeys) {
        const { plantId = answer.plantId, answers = 0 } = unknownKeys.get(key) ?? {};
        unknownKeys.set(key, { plantId, answers: answers + 1 });
      }
      unknownKeysOmitted += meaning.unknownKeysOmitted;
    }
  };
  const cleanWaiting = () => {
    waitingSize = 0;
    waiting.splice(0).forEach(clean);
  };

  return {
    add(answer) {
      const length = bodyLength(answer.outcome);
      answers += 1;
      size += Math.min(length, longestBody);
      waitingSize += length;
      waiting.push(answer);
      if (waiting.length >= together || waitingSize >= maxWaitingUnits) cleanWaiting();
    },
    get answers() {
      return answers;
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
function bodyLength(outcome: Answer["outcome"]): number {
  if (outcome.kind === "failed") return 0;
  return (outcome.kind === "undecodable" ? outcome.bodyBase64 : outcome.body).length;
}

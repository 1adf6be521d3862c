import type { Plant } from "@lmnh/plant-schema";
import type { Answer } from "../answer.js";
import type { Batch, Notice, Reading, Rejection } from "../batch.js";
import { type Interpretation, interpretAnswer } from "./interpret-answer.js";
import type { TransformSettings } from "./settings.js";

/** A batch, and what there is to count of the answers that it was made from. */
export interface MadeBatch {
  readonly batch: Batch;
  readonly failures: readonly Extract<Interpretation, { kind: "failure" }>[];
  /** Keys that no era knows, each with the first plant that had it. */
  readonly unknownKeys: ReadonlyMap<string, number>;
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

/** The same for answers as they come: the work is spread, and no raw body outlives its reading for long. */
export function startBatch(settings: TransformSettings): { add(answer: Answer): void; made(): MadeBatch } {
  const waiting: Answer[] = [];
  const plants: Plant[] = [];
  const readings: Reading[] = [];
  const notices: Notice[] = [];
  const rejections: Rejection[] = [];
  const failures: Extract<Interpretation, { kind: "failure" }>[] = [];
  const unknownKeys = new Map<string, number>();

  const clean = (answer: Answer) => {
    const meaning = interpretAnswer(answer, settings);
    if (meaning.kind === "notice") notices.push(meaning.notice);
    else if (meaning.kind === "failure") failures.push(meaning);
    else if (meaning.kind === "rejection") rejections.push(meaning.rejection);
    else {
      readings.push(meaning.reading);
      plants.push(meaning.plant);
      if (meaning.rejection !== null) rejections.push(meaning.rejection);
      for (const key of meaning.unknownKeys) if (!unknownKeys.has(key)) unknownKeys.set(key, answer.plantId);
    }
  };
  const cleanWaiting = () => waiting.splice(0).forEach(clean);

  return {
    add(answer) {
      waiting.push(answer);
      if (waiting.length >= together) cleanWaiting();
    },
    made() {
      cleanWaiting();
      return { batch: { plants, readings, notices, rejections }, failures, unknownKeys };
    },
  };
}

import type { PlantTables } from "@lmnh/plant-schema";
import type { Kysely } from "kysely";
import { expectTypeOf, test } from "vitest";
import {
  type Batch,
  buildBatch,
  type Clock,
  type EtlEvent,
  type HttpPlantSourceOptions,
  httpPlantSource,
  type LoadCounts,
  memoryPlantStore,
  type PlantResponse,
  type PlantSource,
  type PlantStore,
  type Report,
  type RunEtlOptions,
  type RunFailure,
  type RunStart,
  recordResponses,
  replayResponses,
  runEtl,
  sqlPlantStore,
  transformResponse,
} from "../src/index.js";

test("a source is one function that gives answers until it is told to stop", () => {
  expectTypeOf<PlantSource>().toEqualTypeOf<{
    responses(signal: AbortSignal): AsyncIterable<PlantResponse>;
  }>();
});

test("a store begins, loads and finishes", () => {
  expectTypeOf<PlantStore>().toEqualTypeOf<{
    beginRun(run: RunStart): Promise<void>;
    load(batch: Batch, run: RunStart): Promise<LoadCounts>;
    finishRun(report: Report): Promise<void>;
    failRun(run: RunStart, failure: RunFailure): Promise<void>;
  }>();
});

test("a run needs a source, a store, a clock and a name, and nothing else", () => {
  type Needed = { source: PlantSource; store: PlantStore; clock: Clock; runId: string };
  expectTypeOf<Needed>().toExtend<RunEtlOptions>();
  expectTypeOf<Omit<Needed, "clock">>().not.toExtend<RunEtlOptions>();
  expectTypeOf(runEtl).returns.toEqualTypeOf<Promise<Report>>();
});

test("the HTTP source takes any WHATWG fetch", () => {
  expectTypeOf<typeof globalThis.fetch>().toExtend<NonNullable<HttpPlantSourceOptions["fetch"]>>();
  expectTypeOf(httpPlantSource).returns.toEqualTypeOf<PlantSource>();
});

test("recording and replaying give sources", () => {
  expectTypeOf(recordResponses).returns.toEqualTypeOf<PlantSource>();
  expectTypeOf(replayResponses).returns.toEqualTypeOf<PlantSource>();
});

test("both stores are stores, and one takes any Kysely of the plant database", () => {
  expectTypeOf(memoryPlantStore()).toExtend<PlantStore>();
  expectTypeOf(sqlPlantStore).returns.toEqualTypeOf<PlantStore>();
  expectTypeOf<Parameters<typeof sqlPlantStore>[0]["db"]>().toEqualTypeOf<Kysely<PlantTables>>();
});

test("an answer means exactly one of four things", () => {
  expectTypeOf(transformResponse)
    .returns.toHaveProperty("kind")
    .toEqualTypeOf<"reading" | "notice" | "rejection" | "failure">();
  expectTypeOf(buildBatch).returns.toHaveProperty("batch").toEqualTypeOf<Batch>();
});

test("events can be told apart", () => {
  expectTypeOf<EtlEvent["type"]>().toEqualTypeOf<
    "run-started" | "response-received" | "rejected" | "unknown-key" | "batch-loaded" | "run-finished"
  >();
  expectTypeOf<Extract<EtlEvent, { type: "run-finished" }>["report"]>().toEqualTypeOf<Report>();
});

test("a batch cannot be changed after it was made", () => {
  expectTypeOf<Batch["readings"]>().not.toExtend<unknown[]>();
});

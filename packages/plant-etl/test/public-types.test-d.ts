import type { Server } from "node:http";
import type { PlantTables } from "@lmnh/plant-schema";
import type { Kysely } from "kysely";
import { expectTypeOf, test } from "vitest";
import { type Fetch, fetchPlantSource } from "../src/entries/fetch.js";
import { httpPlantSource } from "../src/entries/http.js";
import { memoryPlantStore } from "../src/entries/memory.js";
import { recordResponses, replayResponses } from "../src/entries/recording.js";
import { sqlPlantStore } from "../src/entries/sql.js";
import {
  type BaseReading,
  type Batch,
  type buildBatch,
  type Clock,
  type EtlEvent,
  type LoadCounts,
  type PlantResponse,
  type PlantSource,
  type PlantStore,
  type Reading,
  type Report,
  type RunEtlOptions,
  type RunFailure,
  type RunStart,
  runEtl,
  type Transform,
  transformResponse,
} from "../src/index.js";
import type { SourceUnderTest, StoreUnderTest } from "../src/testing/index.js";

test("PlantSource is one function that yields responses until the signal aborts", () => {
  expectTypeOf<PlantSource>().toEqualTypeOf<{
    responses(signal: AbortSignal): AsyncIterable<PlantResponse>;
    readonly endless?: boolean | undefined;
  }>();
});

test("runEtl takes a store for the readings of its transform alone", () => {
  type LightReading = BaseReading & { readonly light: number };
  type Needed<Made extends BaseReading, Stored extends BaseReading> = {
    source: PlantSource;
    transform: Transform<Made>;
    store: PlantStore<Stored>;
    clock: Clock;
    runId: string;
  };
  expectTypeOf<Needed<LightReading, LightReading>>().toExtend<RunEtlOptions<LightReading>>();
  expectTypeOf<Needed<LightReading, BaseReading>>().toExtend<RunEtlOptions<LightReading>>();
  expectTypeOf<Needed<Reading, LightReading>>().not.toExtend<RunEtlOptions>();
  expectTypeOf<PlantStore<LightReading>>().not.toExtend<PlantStore<BaseReading>>();
});

test("PlantStore begins, loads and finishes", () => {
  expectTypeOf<PlantStore>().toEqualTypeOf<{
    beginRun(run: RunStart): Promise<void>;
    load(batch: Batch, run: RunStart): Promise<LoadCounts>;
    finishRun(report: Report): Promise<void>;
    failRun(run: RunStart, failure: RunFailure): Promise<void>;
  }>();
});

test("runEtl requires a source, a transform and a store", () => {
  type Needed = { source: PlantSource; transform: Transform; store: PlantStore };
  expectTypeOf<Needed>().toExtend<RunEtlOptions>();
  expectTypeOf<Needed & { clock: Clock; runId: string }>().toExtend<RunEtlOptions>();
  expectTypeOf<Omit<Needed, "transform">>().not.toExtend<RunEtlOptions>();
  expectTypeOf(runEtl).returns.toEqualTypeOf<Promise<Report>>();
});

test("fetchPlantSource accepts any WHATWG fetch, and httpPlantSource has its own", () => {
  expectTypeOf<typeof globalThis.fetch>().toExtend<Fetch>();
  expectTypeOf(fetchPlantSource).returns.toEqualTypeOf<PlantSource>();
  expectTypeOf(httpPlantSource).returns.toEqualTypeOf<PlantSource>();
});

test("recordResponses takes a write and a handler of errors that return anything", () => {
  type Write = Parameters<typeof recordResponses>[1];
  expectTypeOf<(line: string) => boolean>().toExtend<Write>();
  expectTypeOf<(line: string) => Promise<number>>().toExtend<Write>();
  expectTypeOf<(error: unknown) => number>().toExtend<Parameters<typeof recordResponses>[2]>();
});

test("the adapters of a contract suite take a close that returns anything", () => {
  expectTypeOf<() => Server>().toExtend<NonNullable<SourceUnderTest["close"]>>();
  expectTypeOf<() => Server>().toExtend<NonNullable<StoreUnderTest["close"]>>();
});

test("recordResponses and replayResponses return sources", () => {
  expectTypeOf(recordResponses).returns.toEqualTypeOf<PlantSource>();
  expectTypeOf(replayResponses).returns.toEqualTypeOf<PlantSource>();
});

test("sqlPlantStore and memoryPlantStore return stores", () => {
  expectTypeOf(memoryPlantStore()).toExtend<PlantStore>();
  expectTypeOf(sqlPlantStore).returns.toEqualTypeOf<PlantStore>();
  expectTypeOf<Parameters<typeof sqlPlantStore>[0]["db"]>().toEqualTypeOf<Kysely<PlantTables>>();
});

test("TransformedResponse has four kinds", () => {
  expectTypeOf(transformResponse)
    .returns.toHaveProperty("kind")
    .toEqualTypeOf<"reading" | "notice" | "rejection" | "failure">();
  expectTypeOf<ReturnType<typeof buildBatch<Reading>>["batch"]>().toEqualTypeOf<Batch>();
});

test("EtlEvent is a discriminated union", () => {
  expectTypeOf<EtlEvent["type"]>().toEqualTypeOf<
    | "run-started"
    | "response-received"
    | "rejected"
    | "unknown-key"
    | "batch-loaded"
    | "run-finished"
    | "run-failed"
  >();
  expectTypeOf<Extract<EtlEvent, { type: "run-finished" }>["report"]>().toEqualTypeOf<Report>();
});

test("Batch is read-only", () => {
  expectTypeOf<Batch["readings"]>().not.toExtend<unknown[]>();
});

import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { expect, test } from "vitest";
import { memoryPlantStore } from "../src/load/memory-plant-store.js";
import { openTelemetryObserver } from "../src/open-telemetry-observer.js";
import type { PlantSource } from "../src/ports.js";
import { runEtl } from "../src/run-etl.js";
import { buildFailure, buildPayload, buildResponse } from "../src/testing/builders.js";
import { lmnhTransform } from "../src/transform/lmnh-transform.js";

function telemetry() {
  const spans = new InMemorySpanExporter();
  const traces = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const meters = new MeterProvider({ readers: [reader] });
  const observer = openTelemetryObserver({
    meter: meters.getMeter("test"),
    tracer: traces.getTracer("test"),
  });
  return {
    observer,
    spans: () => spans.getFinishedSpans(),
    metrics: async () => {
      await meters.forceFlush();
      const all =
        exporter
          .getMetrics()
          .at(-1)
          ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
      await meters.shutdown();
      return Object.fromEntries(
        all.map(({ descriptor, dataPoints }) => [
          descriptor.name,
          Object.fromEntries(
            dataPoints.map(({ attributes, value }) => [
              Object.values(attributes).join(" "),
              typeof value === "number" ? value : value.count,
            ]),
          ),
        ]),
      );
    },
  };
}

const transform = lmnhTransform();
const clock = { now: () => Date.parse("2026-03-01T12:00:00.000Z"), sleep: () => Promise.resolve() };
const sourceOf = (...responses: ReturnType<typeof buildResponse>[]): PlantSource => ({
  async *responses() {
    yield* responses;
  },
});

test("openTelemetryObserver counts the plants of a run by outcome, and makes a span of it", async () => {
  const { observer, spans, metrics } = telemetry();
  const source = sourceOf(
    buildResponse(1, buildPayload(1)),
    buildResponse(2, buildPayload(2)),
    buildResponse(3, "<html>"),
    buildFailure(4),
  );
  const store = memoryPlantStore();
  await runEtl({ source, store, transform, clock, runId: "r-1", observer, thresholds: { maxRejected: 1 } });
  await runEtl({ source, store, transform, clock, runId: "r-2", observer });
  expect(await metrics()).toEqual({
    "plant.runs": { ok: 1, "failed too_many_rejected": 1 },
    "plant.run.duration": { ok: 1, failed: 1 },
    "plant.run.answers": { loaded: 2, duplicate: 2, rejected: 2, failed: 2 },
    "plant.readings.loaded": { "": 2 },
    "plant.batch.load.duration": { "": 2 },
  });
  expect(spans().map(({ name, attributes, status }) => [name, attributes, status.code])).toEqual([
    ["plant run", { "plant.run.id": "r-1", "plant.run.outcome": "ok" }, 0],
    [
      "plant run",
      { "plant.run.id": "r-2", "plant.run.outcome": "failed", "plant.run.reason": "too_many_rejected" },
      2,
    ],
  ]);
});

test("openTelemetryObserver ends the span of a run that an error has ended", async () => {
  const { observer, spans, metrics } = telemetry();
  const store = { ...memoryPlantStore(), load: () => Promise.reject(new Error("no database")) };
  const source = sourceOf(buildResponse(1, buildPayload(1)));
  await expect(runEtl({ source, store, transform, clock, runId: "r-1", observer })).rejects.toThrow(
    "no database",
  );
  expect(spans().map(({ status }) => status)).toEqual([{ code: 2, message: "UNEXPECTED_ERROR" }]);
  expect(await metrics()).toEqual({ "plant.runs": { "failed UNEXPECTED_ERROR": 1 } });
});

test("openTelemetryObserver makes nothing without a meter and a tracer", async () => {
  const source = sourceOf(buildResponse(1, buildPayload(1)));
  const report = await runEtl({
    source,
    store: memoryPlantStore(),
    transform,
    clock,
    runId: "r-1",
    observer: openTelemetryObserver({}),
  });
  expect(report.loaded).toBe(1);
});

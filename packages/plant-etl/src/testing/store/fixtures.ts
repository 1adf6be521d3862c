import type { Capability, ContractSuite } from "@lmnh/plant-schema/testing";
import type { Batch } from "../../batch.js";
import type { StoredState } from "../../load/memory-plant-store.js";
import type { PlantStore } from "../../ports.js";
import type { RunStart } from "../../report.js";
import { buildBatch } from "../../transform/batch-builder.js";
import { lmnhTransform } from "../../transform/lmnh-transform.js";
import { buildPayload, buildResponse, type Payload } from "../builders.js";

/** A store on an empty, migrated database, and access to its content. */
export interface StoreUnderTest {
  /** A store without content. */
  readonly store: PlantStore;
  /** The content of the store, in the order of `StoredState`. */
  state(): Promise<StoredState>;
  /** Called after each test; what it returns is awaited. */
  readonly close?: (() => unknown) | undefined;
}

/** What a store can do. By default everything. */
export interface PlantStoreCapabilities {
  /** Stores text of every script and with every character. */
  readonly anyText?: Capability | undefined;
  /** Stores texts of the greatest length that a valid response can have, with surrogate pairs. */
  readonly longText?: Capability | undefined;
}

export type Suite = ContractSuite<StoreUnderTest>;

/** The run that the contract begins before each test. */
export const run: RunStart = {
  runId: "7b0c0c5e-6d1c-4b0a-9a57-0d5f6a3b1c11",
  startedAt: "2026-01-28T12:00:00.000Z",
};

/** Loads a batch in `run`; returns the counts without those by quality flag. */
export async function loadInto({ store }: StoreUnderTest, batch: Batch) {
  const { flags: _flags, ...counts } = await store.load(batch, run);
  return counts;
}

interface ResponseContent {
  readonly plantId: number;
  readonly payload?: Payload | undefined;
  readonly body?: string | undefined;
  readonly notFound?: boolean | undefined;
  readonly receivedAt?: string | undefined;
}

export function batchOf(contents: readonly ResponseContent[]): Batch {
  const responses = contents.map(({ plantId, payload, body, notFound, receivedAt }) => {
    const response = notFound
      ? buildResponse(plantId, { error: "plant not found", plant_id: plantId }, 404)
      : buildResponse(plantId, body ?? buildPayload(plantId, payload));
    return receivedAt === undefined ? response : { ...response, receivedAt };
  });
  return buildBatch(responses, lmnhTransform()).batch;
}

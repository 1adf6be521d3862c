import type { Capability, Closable, ContractSuite } from "@lmnh/plant-schema/testing";
import type { ObjectStore } from "../ports.js";

/** An empty store that a contract suite has opened. */
export interface ObjectStoreUnderTest extends Closable {
  /** The store to test. */
  readonly store: ObjectStore;
}

/** What a store can do. By default everything. */
export interface ObjectStoreCapabilities {
  /**
   * `abortIncompleteUploads` finds unfinished writes, and interrupts them. Not so for a store whose unfinished writes leave
   * nothing, such as one that writes an object in a single statement.
   */
  readonly interruptedWrites?: Capability | undefined;
}

export type Suite = ContractSuite<ObjectStoreUnderTest>;

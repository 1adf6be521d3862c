import { describe, test } from "vitest";
import { memoryObjectStore } from "../../src/object-store/memory-object-store.js";
import { objectStoreContract } from "../../src/testing/object-store-contract.js";

objectStoreContract(
  { describe, test },
  {
    name: "the memory store",
    open: async () => ({ store: memoryObjectStore() }),
  },
);

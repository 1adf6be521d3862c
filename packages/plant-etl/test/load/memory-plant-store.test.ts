import * as runner from "vitest";
import { memoryPlantStore } from "../../src/load/memory-plant-store.js";
import { plantStoreContract } from "../../src/testing/store-contract.js";

plantStoreContract(runner, {
  name: "The memory store",
  open: async () => {
    const store = memoryPlantStore();
    return { store, state: async () => store.state() };
  },
});

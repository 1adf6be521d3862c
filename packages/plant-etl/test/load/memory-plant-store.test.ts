import { memoryPlantStore } from "../../src/load/memory-plant-store.js";
import { plantStoreContract } from "../../src/testing/store-contract.js";

plantStoreContract({
  name: "The memory store",
  make: async () => {
    const store = memoryPlantStore();
    return { store, state: async () => store.state(), close: async () => {} };
  },
});

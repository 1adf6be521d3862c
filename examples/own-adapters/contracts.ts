import { objectStoreContract } from "@lmnh/plant-archive/testing";
import { memoryPlantStore } from "@lmnh/plant-etl/memory";
import { plantSourceContract, plantStoreContract, type TestRunner } from "@lmnh/plant-etl/testing";
import { habitStoreContract, notifierContract, type ReceiverBehaviour } from "@lmnh/plant-health/testing";
import { atomicObjectStore } from "./atomic-object-store.js";
import { CountingPlantStore } from "./counting-plant-store.js";
import { chatNotifier, MemoryHabitStore } from "./own-health-adapters.js";
import { queuePlantSource } from "./queue-plant-source.js";

/** Declares the contract of each adapter, with `describe` and `test` of vitest or node:test. */
export function declareContracts(runner: TestRunner): void {
  plantSourceContract(runner, {
    name: "queuePlantSource",
    open: async (known) => ({ source: queuePlantSource(known, Date.now) }),
  });

  plantStoreContract(runner, {
    name: "CountingPlantStore",
    open: async () => {
      const inner = memoryPlantStore();
      return { store: new CountingPlantStore(inner), state: async () => inner.state() };
    },
  });

  objectStoreContract(runner, {
    name: "atomicObjectStore",
    open: async () => ({ store: atomicObjectStore() }),
    capabilities: { interruptedWrites: "a write is one statement" },
  });

  habitStoreContract(runner, {
    name: "MemoryHabitStore",
    open: async () => ({ store: new MemoryHabitStore() }),
  });

  notifierContract(runner, {
    name: "chatNotifier",
    behaviours: ["accept", "fail", "hang"],
    sendsKeys: true,
    open: async () => {
      const received: string[] = [];
      let behaviour: ReceiverBehaviour = "accept";
      const notifier = chatNotifier(async (text, signal) => {
        if (behaviour === "fail") throw new Error("refused");
        if (behaviour === "hang")
          await new Promise((_resolve, reject) => {
            signal.addEventListener("abort", () => reject(signal.reason), { once: true });
          });
        received.push(text);
      });
      const behave = (next: ReceiverBehaviour) => {
        behaviour = next;
      };
      return { notifier, received: () => received, behave };
    },
  });
}

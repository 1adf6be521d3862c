import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { directoryObjectStore } from "../src/objects/directory-object-store.js";
import { objectStoreContract } from "../src/testing/object-store-contract.js";

objectStoreContract({
  name: "the directory store",
  make: async () => {
    const directory = await mkdtemp(join(tmpdir(), "plant-objects-"));
    return {
      store: directoryObjectStore({ directory, newId: randomUUID }),
      close: () => rm(directory, { recursive: true }),
    };
  },
});

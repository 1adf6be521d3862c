import type { PlantDatabase } from "@lmnh/plant-schema";

/** A database that is opened on demand, and again after it was closed. */
export interface ReopenableDatabase {
  current(): Promise<PlantDatabase>;
  close(): Promise<void>;
}

export function reopenable(open: () => Promise<PlantDatabase>): ReopenableDatabase {
  let opened: PlantDatabase | undefined;
  return {
    async current() {
      opened ??= await open();
      return opened;
    },
    async close() {
      const closing = opened;
      opened = undefined;
      await closing?.close();
    },
  };
}

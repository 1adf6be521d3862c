import type { OpenedDatabase } from "@lmnh/plant-schema";

/** A database that is opened when it is needed, and again after it was closed. */
export interface ReopenableDatabase {
  current(): Promise<OpenedDatabase>;
  close(): Promise<void>;
}

export function reopenable(open: () => Promise<OpenedDatabase>): ReopenableDatabase {
  let opened: OpenedDatabase | undefined;
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

import type { PlantDatabase } from "@lmnh/plant-schema";

/** A database that is opened on demand, and again after it was closed. */
export interface ReopenableDatabase {
  current(): Promise<PlantDatabase>;
  /**
   * Closes the database if the work fails, so that the next one opens it again: the file may have been replaced, or the
   * server restarted.
   */
  use<Result>(work: (database: PlantDatabase) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export function reopenable(open: () => Promise<PlantDatabase>): ReopenableDatabase {
  let opened: Promise<PlantDatabase> | undefined;
  const current = () => {
    if (opened === undefined) {
      const opening = open();
      opening.catch(() => {
        if (opened === opening) opened = undefined;
      });
      opened = opening;
    }
    return opened;
  };
  const close = async () => {
    const closing = opened;
    opened = undefined;
    // One that could not be opened needs no closing.
    await (await closing?.catch(() => undefined))?.close();
  };
  return {
    current,
    close,
    async use(work) {
      const used = current();
      try {
        return await work(await used);
      } catch (error) {
        // Not the one that was opened meanwhile, after the failure of another work.
        if (opened === used) await close().catch(() => {});
        throw error;
      }
    },
  };
}

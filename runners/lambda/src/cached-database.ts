import { requireMigrated } from "@lmnh/plant-runtime";
import type { PlantDatabase } from "@lmnh/plant-schema";

/** A database that stays open from one invocation to the next. */
export interface CachedDatabase {
  /** Opens it where it is not open yet. What is open is given as it is: its pool knows which connections are lost. */
  opened(): Promise<PlantDatabase>;
  close(): Promise<void>;
}

/** Opens at first use, and again after an opening that failed. Its structure is looked at once, when it is opened. */
export function cacheDatabase(open: () => Promise<PlantDatabase>): CachedDatabase {
  let kept: Promise<PlantDatabase> | undefined;
  return {
    async opened() {
      kept ??= openMigrated(open);
      try {
        return await kept;
      } catch (error) {
        kept = undefined;
        throw error;
      }
    },
    async close() {
      const closing = kept;
      kept = undefined;
      await (await closing)?.close();
    },
  };
}

async function openMigrated(open: () => Promise<PlantDatabase>): Promise<PlantDatabase> {
  const database = await open();
  try {
    await requireMigrated(database, "The database");
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

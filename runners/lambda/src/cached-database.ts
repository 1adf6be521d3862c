import { requireMigrated } from "@lmnh/plant-runtime";
import type { PlantDatabase } from "@lmnh/plant-schema";

/** A database that stays open from one invocation to the next. */
export interface CachedDatabase {
  /** Opens it if it is not open. An open one is returned unchanged: its pool replaces lost connections. */
  opened(): Promise<PlantDatabase>;
  close(): Promise<void>;
}

/** Opens the database at first use, and again after a failure. Its structure is checked when it is opened. */
export function cacheDatabase(open: () => Promise<PlantDatabase>): CachedDatabase {
  let cached: Promise<PlantDatabase> | undefined;
  return {
    async opened() {
      cached ??= openMigrated(open);
      try {
        return await cached;
      } catch (error) {
        cached = undefined;
        throw error;
      }
    },
    async close() {
      const closing = cached;
      cached = undefined;
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

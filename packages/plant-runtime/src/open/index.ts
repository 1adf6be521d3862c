export { backUpDatabase } from "./back-up-database.js";
export { diskSpace, sqliteBytes, sqliteFiles } from "./disk-space.js";
export { archiveExists, type OpenArchiveOptions, openArchive } from "./open-archive.js";
export {
  type DatabaseAccess,
  databaseExists,
  type OpenDatabaseOptions,
  openDatabase,
  openMigratedDatabase,
} from "./open-database.js";
export { type FetchOptions, openFetch } from "./open-fetch.js";
export { type OpenNotifiersOptions, openNotifiers } from "./open-notifiers.js";
export {
  type OpenedSource,
  type OpenSourceTools,
  openApi,
  openSource,
  type SourceOptions,
} from "./open-source.js";

export { backUpSqlite, type SqliteBackup, type SqliteBackupOptions } from "./back-up.js";
export type { SqliteDriverDatabase } from "./connection.js";
export { type OpenSqliteOptions, openSqlite, type SqliteDriver, sqlitePath } from "./open-sqlite.js";

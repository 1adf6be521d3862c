export type { SqliteDriverDatabase } from "./connection.js";
export { type OpenSqliteOptions, openSqlite, type SqliteDriver, sqlitePath } from "./open-sqlite.js";

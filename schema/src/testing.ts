export { createMssqlDatabase, type MadeMssqlDatabase } from "./testing/mssql-database.js";
export { type Fault, type MessageKind, startTdsProxy, type TdsProxy } from "./testing/tds-proxy.js";

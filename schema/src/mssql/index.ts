export { type CheckedMssqlConfig, type MssqlConfig, parseMssqlUrl } from "./connection-url.js";
export { type MssqlLogin, type OpenMssqlOptions, openMssql } from "./open-mssql.js";

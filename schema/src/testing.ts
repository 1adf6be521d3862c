export {
  beginToken,
  errorToken,
  type FakeAnswer,
  type FakeTdsOptions,
  type FakeTdsServer,
  rowsToken,
  startFakeTdsServer,
} from "./testing/fake-tds-server.js";
export { createMssqlDatabase, type MadeMssqlDatabase } from "./testing/mssql-database.js";
export { type Fault, type MessageKind, startTdsProxy, type TdsProxy } from "./testing/tds-proxy.js";

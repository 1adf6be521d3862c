export {
  beginToken,
  errorToken,
  type FakeResponse,
  type FakeTdsOptions,
  type FakeTdsServer,
  rowsToken,
  startFakeTdsServer,
} from "./fake-tds-server.js";
export { createMssqlDatabase, type TestMssqlDatabase } from "./mssql-database.js";
export { type Fault, type MessageKind, startTdsProxy, type TdsProxy } from "./tds-proxy.js";

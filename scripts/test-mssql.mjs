// npm run test:mssql: the suites that need a SQL Server, and nothing else.
import { runTests } from "./run-tests.mjs";

if (!process.env.PLANT_TEST_MSSQL_URL) {
  console.error(
    "PLANT_TEST_MSSQL_URL is not set. Give it a server on which databases may be made, such as mssql://sa:PASSWORD@localhost:1433/master?trustServerCertificate=true; docker compose up has one.",
  );
  process.exit(78);
}
runTests("test:mssql");

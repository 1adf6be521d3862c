import { describe } from "vitest";
import { openTestMssql, serverUrl } from "../support/health-database.js";
import { operatorMetricsTests } from "../support/operator-metrics-tests.js";

describe.skipIf(serverUrl === undefined)("on SQL Server (skipped unless PLANT_TEST_MSSQL_URL is set)", () => {
  operatorMetricsTests("sqlOperatorMetrics", openTestMssql);
});

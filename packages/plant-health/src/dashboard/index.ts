export type { PageData } from "../page/build-page-model.js";
export type * from "../page/page-model.js";
export { createDashboard, type Dashboard, type DashboardOptions } from "./create-dashboard.js";
export { type FunctionUrlEvent, type FunctionUrlResult, handleFunctionUrl } from "./handle-function-url.js";
export type { OperatorMetrics } from "./open-metrics.js";
export { sqlOperatorMetrics } from "./sql-operator-metrics.js";

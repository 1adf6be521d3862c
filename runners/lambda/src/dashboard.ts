import { dashboardHandler } from "./dashboard-handler.js";
import { processHost } from "./lambda-host.js";
import { readSecret } from "./read-secret.js";
import { sqlServer } from "./sql-server-provider.js";

export const handler = dashboardHandler(processHost(), sqlServer(readSecret));

import { dashboardHandler } from "../../src/dashboard-handler.js";
import { processHost } from "../../src/lambda-host.js";
import { sqlite } from "./sqlite.js";

export const handler = dashboardHandler(processHost(), sqlite);

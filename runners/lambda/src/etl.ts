import { etlHandler } from "./etl-handler.js";
import { processHost } from "./host.js";
import { readSecret } from "./read-secret.js";
import { sqlServer } from "./sql-server.js";

export const handler = etlHandler(processHost(), sqlServer(readSecret));

import { archiveHandler } from "./archive-handler.js";
import { processHost } from "./host.js";
import { readSecret } from "./read-secret.js";
import { sqlServer } from "./sql-server.js";

export const handler = archiveHandler(processHost(), sqlServer(readSecret));

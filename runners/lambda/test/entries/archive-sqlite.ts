import { archiveHandler } from "../../src/archive-handler.js";
import { processHost } from "../../src/lambda-host.js";
import { sqlite } from "./sqlite.js";

export const handler = archiveHandler(processHost(), sqlite);

import { etlHandler } from "../../src/etl-handler.js";
import { processHost } from "../../src/lambda-host.js";
import { sqlite } from "./sqlite.js";

export const handler = etlHandler(processHost(), sqlite);

import { alertHandler } from "../../src/alert-handler.js";
import { processHost } from "../../src/lambda-host.js";
import { sqlite } from "./sqlite.js";

export const handler = alertHandler(processHost(), sqlite);

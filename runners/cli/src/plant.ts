#!/usr/bin/env node
import { processHost } from "./host.js";
import { main } from "./main.js";

const exitCode = await main(processHost());
// Unless something worse was found meanwhile, such as an output that cannot be written.
process.exitCode ||= exitCode;

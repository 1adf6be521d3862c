#!/usr/bin/env node
import { processHost } from "./host.js";
import { main } from "./main.js";

process.exitCode = await main(processHost());

#!/usr/bin/env node
import { processHost } from "./host.js";
import { main } from "./main.js";

// AWS's SDK would tell people who only want to archive about versions of Node.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const exitCode = await main(processHost());
// Unless something worse was found meanwhile, such as an output that cannot be written.
process.exitCode ||= exitCode;

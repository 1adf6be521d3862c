#!/usr/bin/env node
import { writeSync } from "node:fs";

// AWS's SDK would tell people who only want to archive about versions of Node.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

/** File descriptors that Node needs to load a command and its libraries, with a margin. */
const descriptorsToLoad = 320;

try {
  const { runProcess } = await import("./run-process.js");
  await runProcess();
} catch (error) {
  explainLoading(error);
}

/** Without a free file descriptor Node reports an existing module as missing, each time another one. */
function explainLoading(error: unknown): void {
  const limit = process.platform === "win32" ? undefined : descriptorLimit();
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const few = typeof limit === "number" && limit < descriptorsToLoad;
  if (!few && code !== "EMFILE" && code !== "ENFILE") throw error;
  process.exitCode = 75;
  try {
    writeSync(
      2,
      `error: too many open files: the limit is ${limit ?? "reached"} (ulimit -n). Raise it and try again: ulimit -n 1024\n`,
    );
  } catch {
    // The exit code reports it.
  }
}

function descriptorLimit(): unknown {
  const report: object = process.report.getReport();
  return "userLimits" in report
    ? (report.userLimits as { open_files?: { soft?: unknown } }).open_files?.soft
    : undefined;
}

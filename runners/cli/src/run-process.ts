import { processHost } from "./host.js";
import { main } from "./main.js";

/** Runs the command line of this process and leaves the exit code to it. */
export async function runProcess(): Promise<void> {
  const exitCode = await main(processHost());
  // An output that could not be written has set one already, which matters only where all else went well.
  if (exitCode !== 0) process.exitCode = exitCode;
}

import { processHost } from "./host.js";
import { main } from "./main.js";

/** Runs the command line and sets the exit code of the process. */
export async function runProcess(): Promise<void> {
  const exitCode = await main(processHost());
  // A failed output has already set one, which counts only if the command succeeded.
  if (exitCode !== 0) process.exitCode = exitCode;
}

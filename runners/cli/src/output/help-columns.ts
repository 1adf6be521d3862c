import type { Terminal } from "../host.js";

/** The width of a help text: the terminal's, or 80 for a file. */
export function helpColumns({ isTerminal, columns }: Terminal): number {
  return isTerminal ? columns : 80;
}

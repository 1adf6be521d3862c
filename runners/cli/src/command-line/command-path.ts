import type { Command } from "commander";

/** Such as `plant archive verify`. */
export function commandPath(command: Command): string {
  return command.parent === null ? "plant" : `${commandPath(command.parent)} ${command.name()}`;
}

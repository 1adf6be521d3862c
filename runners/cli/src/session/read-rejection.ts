import type { RejectionLog, StoredRejection } from "@lmnh/plant-etl";
import { boolean, ExitCode, setting, UserError } from "@lmnh/plant-runtime";
import type { Output } from "../output/output.js";

const maxIds = 1_000;

/** In place of numbers. */
export const everyRejection = setting({
  flag: "--all",
  fallback: "false",
  description: "Every open rejection",
  parse: boolean,
});

/** The numbers of the command line, each once; none with --all. */
export function parseRejectionIds(operands: readonly string[], isAll: boolean): number[] {
  if (isAll === operands.length > 0)
    throw new UserError(
      ExitCode.usage,
      "Name either rejections by their numbers, or --all. To see them: plant rejections",
    );
  if (operands.length > maxIds)
    throw new UserError(ExitCode.usage, `At most ${maxIds} rejections can be named; --all takes all`);
  return [...new Set(operands.map(parseRejectionId))];
}

/** Those of the rejections that are open; the others are mentioned. */
export async function readOpenRejections(
  log: RejectionLog,
  ids: readonly number[],
  output: Pick<Output, "note">,
): Promise<StoredRejection[]> {
  const open = [];
  for (const id of ids) {
    const rejection = await readRejection(log, id);
    if (rejection.resolvedAt === null) open.push(rejection);
    else output.note(`rejection ${id} was resolved at ${rejection.resolvedAt}`);
  }
  return open;
}

export function parseRejectionId(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text))
    throw new UserError(
      ExitCode.usage,
      `The number of a rejection is a whole number from 1: ${text.slice(0, 40)}. To see them: plant rejections`,
    );
  return Number(text);
}

export async function readRejection(log: RejectionLog, id: number): Promise<StoredRejection> {
  const rejection = await log.read(id);
  if (rejection === null)
    throw new UserError(
      ExitCode.dataError,
      `There is no rejection ${id}. To see them: plant rejections --all`,
    );
  return rejection;
}

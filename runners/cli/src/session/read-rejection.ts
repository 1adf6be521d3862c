import type { RejectionLog, StoredRejection } from "@lmnh/plant-etl";
import { ExitCode, UserError } from "@lmnh/plant-runtime";

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

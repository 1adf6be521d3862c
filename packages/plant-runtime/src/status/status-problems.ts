import { ExitCode } from "../exit-codes.js";
import type { StatusProblem } from "./status-report.js";

export interface Advice {
  /** A section of docs/operations.md. */
  readonly see?: string | undefined;
  readonly next: string | null;
}

export const clockAdvice: Advice = { see: "the-clock-is-wrong", next: "timedatectl set-ntp true" };

/** Data is wrong. */
export function dataProblem(reason: string, text: string, advice: Advice): StatusProblem {
  return statusProblem(reason, text, advice, ExitCode.dataError);
}

/** Something is missing that may come back. */
export function temporaryProblem(reason: string, text: string, advice: Advice): StatusProblem {
  return statusProblem(reason, text, advice, ExitCode.temporaryFailure);
}

export function statusProblem(
  reason: string,
  text: string,
  { see, next }: Advice,
  exitCode: ExitCode,
): StatusProblem {
  return { reason, text, see: see === undefined ? null : `docs/operations.md#${see}`, next, exitCode };
}

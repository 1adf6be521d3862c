import type { ExitCode } from "../exit-codes.js";
import type { OutcomeCodes } from "../run-outcome.js";

/** Something that is not well, and what to do about it. */
export interface StatusProblem {
  /** A stable code. */
  readonly reason: string;
  readonly text: string;
  /** The section of the documentation; `null` if there is none. */
  readonly see: string | null;
  /** A command line that mends it or shows more, as it can be typed in a shell; `null` if the text names the next step. */
  readonly next: string | null;
  readonly exitCode: ExitCode;
}

/** One topic of a status. */
export interface StatusLine {
  readonly topic: StatusTopic;
  readonly text: string;
  readonly problems: readonly StatusProblem[];
}

export const statusTopics = [
  "database",
  "clock",
  "runs",
  "readings",
  "plants",
  "rejections",
  "alerts",
  "archive",
  "disk",
] as const;
export type StatusTopic = (typeof statusTopics)[number];

export interface StatusReport extends OutcomeCodes {
  readonly lines: readonly StatusLine[];
  /** Median milliseconds between the starts of the newest runs; `null` of fewer than three. Shards that start together are one. */
  readonly intervalMs: number | null;
  /** Readings that the runs of the last 24 hours should have loaded; `null` if it is not known. */
  readonly expected: number | null;
}

/** The line of a topic, without its name. */
export type Assessment = Omit<StatusLine, "topic">;

/** The exit codes of `plant`, after sysexits.h. */
export const ExitCode = {
  done: 0,
  internalError: 1,
  usage: 2,
  dataError: 65,
  temporaryFailure: 75,
  configuration: 78,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  0: "done",
  1: "internal error: a defect of this program",
  2: "invalid command or option",
  65: "data error",
  75: "temporary failure: try again",
  78: "configuration error",
};

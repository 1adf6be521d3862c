/** What the shell is told; the numbers follow sysexits.h where it has one. */
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
  1: "a defect of this program",
  2: "an option or a command that cannot be",
  65: "data was refused",
  75: "not now: try again",
  78: "the configuration is wrong",
};

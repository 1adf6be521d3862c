interface Ending {
  readonly outcome: string;
  readonly reason: string | null;
  readonly exitCode: number | null;
}

/** `ok`, or `failed (no_response, exit 75)`. */
export function formatOutcome({ outcome, reason, exitCode }: Ending): string {
  const why = [...(reason === null ? [] : [reason]), ...(exitCode ? [`exit ${exitCode}`] : [])];
  return why.length === 0 ? outcome : `${outcome} (${why.join(", ")})`;
}

/** With separators: the first use of Intl takes a tenth of a short command's time. */
export function describeCount(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 file`, `1,440 files`. */
export function pluralize(number: number, noun: string, nouns = `${noun}s`): string {
  return `${describeCount(number)} ${number === 1 ? noun : nouns}`;
}

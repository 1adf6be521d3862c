/** Whether a value is a whole number from 0 to 2,147,483,647, as ids, statuses and sums of flags are. */
export function isInt32(value: unknown): value is number {
  return typeof value === "number" && value === (value | 0) && value >= 0;
}

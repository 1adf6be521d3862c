/** "14 %", or "20.4 %" with one decimal. A unit stays on the line of its number. */
export function formatPercent(value: number, decimals: 0 | 1 = 0): string {
  return `${formatNumber(value, decimals)}\u00a0%`;
}

/** "17.5 °C". */
export function formatCelsius(value: number): string {
  return `${formatNumber(value, 1)}\u00a0°C`;
}

/** With a minus sign, and no negative zero. */
export function formatNumber(value: number, decimals: 0 | 1): string {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `\u2212${text}` : text;
}

const words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"];

/** "three", and from twelve on digits. */
export function countWord(count: number): string {
  return words[count] ?? String(count);
}

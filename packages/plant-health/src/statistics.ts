/** The value below which the given share (0…1) of the values lies, interpolated; `null` of no values. Ignores the order. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = Float64Array.from(values).sort();
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) return null;
  const part = position - Math.floor(position);
  // Not from their difference, which can be too large for a number.
  return below * (1 - part) + above * part;
}

export function median(values: readonly number[]): number | null {
  return quantile(values, 0.5);
}

/** The median absolute deviation: a measure of spread that a few wild values do not change. */
export function medianDeviation(values: readonly number[]): number | null {
  const middle = median(values);
  return middle === null ? null : median(values.map((value) => Math.abs(value - middle)));
}

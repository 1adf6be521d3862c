import type { Line } from "./lambda.js";

interface Emf {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
}

/** The metrics among the lines, one entry a line of them. */
export function metricsIn(lines: readonly Line[]) {
  return lines.flatMap((line) => {
    const [emf] = (line._aws as { CloudWatchMetrics?: readonly Emf[] } | undefined)?.CloudWatchMetrics ?? [];
    return emf === undefined ? [] : [{ emf, names: emf.Metrics.map(({ Name }) => Name).sort(), line }];
  });
}

/** Everything but the metrics. */
export function logsIn(lines: readonly Line[]): readonly Line[] {
  return lines.filter((line) => line._aws === undefined);
}

import { type Partition, partitionEnd, partitionStart } from "../model/partition.js";
import { isoTime } from "./iso-time.js";
import type { CoveredRange, Span } from "./statements.js";

export function spanParameters({ start, end }: Span): string[] {
  return [isoTime(start), isoTime(end)];
}

export function hourParameters(partition: Partition): string[] {
  return spanParameters({ start: partitionStart(partition), end: partitionEnd(partition) });
}

/** The hour, and the ids after and through which the range goes. */
export function rangeParameters({
  partition,
  range,
}: Pick<CoveredRange, "partition" | "range">): (string | number)[] {
  return [...hourParameters(partition), range.after, range.through];
}

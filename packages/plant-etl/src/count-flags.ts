import { describeQuality, QualityFlag, type QualityFlagName } from "@lmnh/plant-schema/model";
import type { FlagCounts, LoadCounts } from "./report.js";

/** Readings by the value of their `qualityFlag`. */
export type ReadingsByFlag = ReadonlyMap<number, number>;

export const noFlags = Object.fromEntries(
  Object.keys(QualityFlag).map((name) => [name, 0]),
) as unknown as FlagCounts;

export function groupByFlag(qualityFlags: Iterable<number>): Map<number, number> {
  const groups = new Map<number, number>();
  for (const qualityFlag of qualityFlags) groups.set(qualityFlag, (groups.get(qualityFlag) ?? 0) + 1);
  return groups;
}

/** Counts of the loaded readings, by the `qualityFlag` of each. For a store of one's own. */
export function countLoaded(qualityFlags: Iterable<number>): Omit<LoadCounts, "duplicates" | "conflicts"> {
  return countGroups(groupByFlag(qualityFlags));
}

export function countGroups(groups: ReadingsByFlag): Omit<LoadCounts, "duplicates" | "conflicts"> {
  const flags: Record<QualityFlagName, number> = { ...noFlags };
  let loaded = 0;
  for (const [qualityFlag, readings] of groups) {
    loaded += readings;
    for (const name of describeQuality(qualityFlag)) flags[name] += readings;
  }
  return { loaded, flagged: loaded - (groups.get(0) ?? 0), flags };
}

export function addFlags(left: FlagCounts, right: FlagCounts): FlagCounts {
  const sum: Record<QualityFlagName, number> = { ...left };
  for (const name of Object.keys(sum) as QualityFlagName[]) sum[name] += right[name];
  return sum;
}

import { QualityFlag } from "@lmnh/plant-schema/model";
import type { BaseReading, NoticeKind } from "./batch.js";
import { addFlags, noFlags } from "./count-flags.js";
import { formatRanges } from "./extract/roster.js";
import { createMedianAge, type MedianAge } from "./median-age.js";
import type { OutcomeCounts } from "./outcome.js";
import type { FailureGroup, LoadCounts, Report } from "./report.js";
import type { FailureCode } from "./response.js";
import type { BuiltBatch } from "./transform/batch-builder.js";
import { ellipsize } from "./truncate.js";

/** The counts of a report. */
export type Counts = Pick<
  Report,
  | "requested"
  | "loaded"
  | "duplicates"
  | "conflicts"
  | "flagged"
  | "flags"
  | "medianAgeMs"
  | "notices"
  | "rejected"
  | "failed"
  | "invalidDetails"
  | "failures"
  | "unknownKeys"
  | "unknownKeysOmitted"
>;

/** Everything that the API controls is bounded: a report is a row, a line of a log and a message. */
const maxGroups = 20;
const maxRanges = 100;
const maxMessageLength = 300;
const maxUnknownKeys = 50;

export interface ReportBuilder {
  /** Returns the unknown keys that are new in this run and listed in its report, each with a plant. */
  add(
    built: BuiltBatch<BaseReading>,
    loaded: LoadCounts,
  ): readonly (readonly [key: string, plantId: number])[];
  counts(): Counts;
  /** The counts that determine the outcome. */
  outcomeCounts(): Omit<OutcomeCounts, "endless" | "cutShortBy">;
}

/** A source that goes on for days has more failures than plants. */
interface Failures {
  readonly code: FailureCode;
  readonly message: string;
  count: number;
  readonly plants: Set<number>;
}

/** Adds up the results of a run, batch by batch. */
export function createReportBuilder(): ReportBuilder {
  const sum = { loaded: 0, duplicates: 0, conflicts: 0, flagged: 0, rejected: 0, invalidDetails: 0 };
  const notices: Record<NoticeKind, number> = { not_found: 0, on_loan: 0, sensor_fault: 0 };
  const failures = new Map<string, Failures>();
  const unknownKeys = new Set<string>();
  let unknownKeysOmitted = 0;
  let flags = noFlags;
  const times = { future: 0, stale: 0 };
  const age: MedianAge = createMedianAge();

  const builder: ReportBuilder = {
    add({ batch, failures: failed, unknownKeys: keys, unknownKeysOmitted: omitted }, loaded) {
      sum.loaded += loaded.loaded;
      sum.duplicates += loaded.duplicates;
      sum.conflicts += loaded.conflicts;
      sum.flagged += loaded.flagged;
      flags = addFlags(flags, loaded.flags);
      for (const { qualityFlag } of batch.readings) {
        if ((qualityFlag & QualityFlag.futureTime) !== 0) times.future += 1;
        if ((qualityFlag & QualityFlag.staleTime) !== 0) times.stale += 1;
      }
      age.add(batch);
      for (const { readingRejected } of batch.rejections)
        sum[readingRejected ? "rejected" : "invalidDetails"] += 1;
      for (const { kind } of batch.notices) notices[kind] += 1;
      for (const { plantId, failure } of failed) {
        const { code } = failure;
        const message = ellipsize(failure.message, maxMessageLength);
        const exactKey = `${code} ${message}`;
        // Beyond `maxGroups`, the others of each code form one group.
        const key = failures.has(exactKey) || failures.size < maxGroups ? exactKey : code;
        const group = failures.get(key) ?? { code, message, count: 0, plants: new Set() };
        group.count += 1;
        group.plants.add(plantId);
        failures.set(key, group);
      }
      const newKeys: [string, number][] = [];
      unknownKeysOmitted += omitted;
      for (const [key, { plantId, responses }] of keys) {
        if (unknownKeys.has(key)) continue;
        if (unknownKeys.size === maxUnknownKeys) unknownKeysOmitted += responses;
        else {
          unknownKeys.add(key);
          newKeys.push([key, plantId]);
        }
      }
      return newKeys;
    },

    counts() {
      const groups = [...failures].map(
        ([, { code, message, count, plants }]): FailureGroup => ({
          code,
          count,
          plants: formatRanges(plants, maxRanges),
          message,
        }),
      );
      const failed = groups.reduce((total, { count }) => total + count, 0);
      const noticed = notices.not_found + notices.on_loan + notices.sensor_fault;
      return {
        requested: sum.loaded + sum.duplicates + sum.conflicts + noticed + sum.rejected + failed,
        ...sum,
        flags,
        medianAgeMs: age.ms(),
        notices: { notFound: notices.not_found, onLoan: notices.on_loan, sensorFault: notices.sensor_fault },
        failed,
        failures: groups.sort((a, b) => b.count - a.count),
        unknownKeys: [...unknownKeys].sort(),
        unknownKeysOmitted,
      };
    },

    outcomeCounts() {
      const {
        requested,
        loaded,
        duplicates,
        conflicts,
        notices: noticed,
        rejected,
        failed,
        failures: groups,
      } = builder.counts();
      const { notFound, onLoan } = noticed;
      return {
        requested,
        readings: loaded + duplicates + conflicts,
        ...times,
        notFound,
        onLoan,
        rejected,
        failed,
        unauthorized: groups.reduce(
          (total, { code, count }) => total + (code === "unauthorized" ? count : 0),
          0,
        ),
      };
    },
  };
  return builder;
}

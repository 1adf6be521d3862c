import {
  newestPlants,
  signedUrlRenewalTime,
  toReferenceRows,
  urlWithoutQuery,
} from "@lmnh/plant-schema/internal";
import type { Botanist, Country, Plant } from "@lmnh/plant-schema/model";
import type { BaseReading, Reading } from "../batch.js";
import { countLoaded } from "../count-flags.js";
import type { PlantStore } from "../ports.js";
import type { Report, RunStart } from "../report.js";
import { abandonedBefore, stateOf } from "./load-statements.js";
import { type NoticeRow, type RejectionRow, toNoticeRows, toRejectionRows } from "./row-mapping.js";

/** The content of a store, without generated row ids. */
export interface StoredState<R extends BaseReading = Reading> {
  /** By plant. */
  readonly plants: readonly Plant[];
  /** By plant and time. */
  readonly readings: readonly R[];
  /** Conflicting readings, by plant, time and values, with the names of columns. */
  readonly conflicts: readonly ConflictContent[];
  /** By plant, kind and UTC day. */
  readonly notices: readonly NoticeRow[];
  /** By plant and digest, without the bodies. */
  readonly rejections: readonly Omit<RejectionRow, "body" | "bodyBytes">[];
  /** By run id. The report of a run that has not finished, or has failed, is `null`. */
  readonly runs: readonly {
    /** UUID of the run. */
    readonly runId: string;
    /** `running`, `complete`, `incomplete` or `failed`. */
    readonly state: string;
    /** `null`, as `exitCode`, while the run is in progress. */
    readonly outcome: string | null;
    /** `OutcomeReason`, the code of an error, or `abandoned`; `null` without one. */
    readonly reason: string | null;
    /** Exit code of the program; `null` if it is not known. */
    readonly exitCode: number | null;
    /** The report, as `finishRun` received it. */
    readonly report: Report | null;
  }[];
}

/** A conflicting reading by column, as `quarantined_row` has it. */
export type ConflictContent = Readonly<Record<string, unknown>>;
type StoredRun = StoredState["runs"][number];
const running = { state: "running", outcome: null, reason: null, exitCode: null, report: null };

/**
 * The reference implementation of `PlantStore`, for tests and experiments.
 *
 * @example
 * ```ts
 * import { memoryPlantStore } from "@lmnh/plant-etl/memory";
 *
 * const store = memoryPlantStore();
 * await runEtl({ source, transform: lmnhTransform(), store });
 * console.log(store.state().readings);
 * ```
 */
export function memoryPlantStore<R extends BaseReading = Reading>(): PlantStore<R> & {
  /** A copy of the content. */
  state(): StoredState<R>;
} {
  const botanists = new Map<string, { botanist: Botanist; observedAt: string }>();
  const countries: { code: string | null; readonly name: string }[] = [];
  const plants = new Map<string, Plant>();
  const readings = new Map<string, R>();
  const conflicts = new Map<string, { readonly order: string; readonly content: ConflictContent }>();
  const notices = new Map<string, NoticeRow>();
  const rejections = new Map<string, RejectionRow>();
  const runs = new Map<string, Omit<StoredRun, "runId">>();
  const starts = new Map<string, string>();

  const upsertBotanist = (botanist: Botanist, observedAt: string) => {
    const known = botanists.get(botanist.email);
    if (known !== undefined && observedAt < known.observedAt) return;
    const phone = botanist.phone === "" ? (known?.botanist.phone ?? "") : botanist.phone;
    const changed =
      known === undefined || known.botanist.name !== botanist.name || known.botanist.phone !== phone;
    if (changed) botanists.set(botanist.email, { botanist: { ...botanist, phone }, observedAt });
  };

  /** Returns the stored country: codes and names are unique. A country without a code gets it from a later response. */
  const upsertCountry = ({ code, name }: Country): Country => {
    const byCode = countries.find((known) => known.code !== null && known.code === code);
    const byName = countries.find((known) => known.name === name);
    if (byCode === undefined && byName !== undefined) byName.code ??= code;
    const known = byCode ?? byName ?? { code, name };
    if (!countries.includes(known)) countries.push(known);
    return known;
  };

  const upsertPlant = (plant: Plant, country: Country | null) => {
    const key = plantKey(plant.plantId);
    const { origin } = plant;
    const storedOrigin = origin && {
      ...origin,
      city: { ...origin.city, country: country ?? origin.city.country },
    };
    const known = plants.get(key);
    if (known !== undefined && plant.observedAt < known.observedAt) return;
    const merged = {
      ...known,
      ...withoutNull({ ...plant, ...linksToKeep(known, plant), origin: storedOrigin }),
    } as Plant;
    const complete = { ...plant, ...merged };
    const unchanged = known !== undefined && contentOf(complete) === contentOf(known);
    if (!unchanged) plants.set(key, complete);
  };

  return {
    beginRun: async (run) => {
      for (const [runId, { state }] of runs)
        if (state === "running" && (starts.get(runId) ?? "") < abandonedBefore(run))
          runs.set(runId, { ...running, state: "failed", outcome: "failed", reason: "abandoned" });
      if (!runs.has(run.runId)) runs.set(run.runId, running);
      starts.set(run.runId, run.startedAt);
    },

    load: async (batch, run) => {
      const described = new Set(batch.plants.map(({ plantId }) => plantId));
      for (const { plantId } of batch.readings)
        if (!described.has(plantId) && !plants.has(plantKey(plantId)))
          throw new Error(`plant ${plantId} of a reading is not in the store`);

      const referenceData = { botanists: [], countries: [], cities: [], origins: [], plants: batch.plants };
      const rows = toReferenceRows(referenceData);
      for (const { observedAt, ...botanist } of rows.botanists) upsertBotanist(botanist, observedAt);
      const storedCountries = rows.plants.map(({ countryCode, countryName }) =>
        countryName === null ? null : upsertCountry({ code: countryCode, name: countryName }),
      );
      for (const [index, plant] of newestPlants(batch.plants).entries())
        upsertPlant(plant, storedCountries[index] ?? null);

      const inserted: R[] = [];
      let conflicting = 0;
      for (const reading of batch.readings) {
        const key = `${plantKey(reading.plantId)} ${reading.recordingTaken}`;
        const known = readings.get(key);
        if (known === undefined) {
          readings.set(key, structuredClone(reading));
          inserted.push(reading);
        } else if (valuesOf(known) !== valuesOf(reading)) {
          conflicting++;
          const conflict = `${key} ${valuesOf(reading)}`;
          if (!conflicts.has(conflict))
            conflicts.set(conflict, {
              order: `${key} ${orderOf(reading)}`,
              content: conflictContent(structuredClone(reading), run),
            });
        }
      }

      for (const row of toNoticeRows(batch.notices)) {
        const key = `${plantKey(row.plantId)} ${row.kind} ${row.noticeDate}`;
        const { firstNoticed, lastNoticed } = notices.get(key) ?? row;
        notices.set(key, {
          ...row,
          firstNoticed: row.firstNoticed < firstNoticed ? row.firstNoticed : firstNoticed,
          lastNoticed: row.lastNoticed > lastNoticed ? row.lastNoticed : lastNoticed,
        });
      }
      for (const row of toRejectionRows(batch.rejections)) {
        const key = `${plantKey(row.plantId)} ${row.digest}`;
        if (!rejections.has(key)) rejections.set(key, row);
      }
      const counts = countLoaded(inserted.map(({ qualityFlag }) => qualityFlag));
      const duplicates = batch.readings.length - counts.loaded - conflicting;
      return { ...counts, duplicates, conflicts: conflicting };
    },

    finishRun: async (report) => {
      const { runId, outcome, reason, exitCode } = report;
      runs.set(runId, { state: stateOf(report), outcome, reason, exitCode, report: structuredClone(report) });
    },

    failRun: async ({ runId }, { reason, exitCode }) => {
      runs.set(runId, { state: "failed", outcome: "failed", reason, exitCode, report: null });
    },

    state: () =>
      structuredClone({
        plants: inOrder(plants).map((plant) => ({
          ...plant,
          botanist: plant.botanist && (botanists.get(plant.botanist.email)?.botanist ?? null),
        })),
        readings: inOrder(readings),
        conflicts: [...conflicts.values()]
          .sort((a, b) => compare(a.order, b.order))
          .map(({ content }) => content),
        notices: inOrder(notices),
        rejections: inOrder(rejections).map(({ body: _body, bodyBytes: _bodyBytes, ...row }) => row),
        runs: [...runs].sort(([a], [b]) => compare(a, b)).map(([runId, run]) => ({ runId, ...run })),
      }),
  };
}

/**
 * What two readings of one plant and time must have in common: all of it but the quality flag, in any order. A value that
 * is absent is `null`.
 */
function valuesOf(reading: BaseReading): string {
  return JSON.stringify(measuredValues(reading), (_key, value: unknown) => {
    if (typeof value === "bigint") return { bigint: String(value) };
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const present = Object.entries(value).filter(([, part]) => part !== null && part !== undefined);
    return Object.fromEntries(present.sort(([a], [b]) => compare(a, b)));
  });
}

/** A text to sort readings of one plant and time by, as the key of `quarantined_row`. */
function orderOf(reading: BaseReading): string {
  return Object.values(measuredValues(reading))
    .map((value: unknown) => value ?? "-")
    .map((value) => (typeof value === "object" ? JSON.stringify(value) : String(value)))
    .join(" ");
}

function measuredValues({
  plantId: _plantId,
  recordingTaken: _recordingTaken,
  qualityFlag: _qualityFlag,
  ...values
}: BaseReading): Readonly<Record<string, unknown>> {
  return values;
}

/** The content of `quarantined_row`: the reading with the names of columns. */
function conflictContent(reading: BaseReading, { runId, startedAt }: RunStart): ConflictContent {
  const columns = Object.entries(reading).map(([field, value]) => [
    field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    value,
  ]);
  return { ...Object.fromEntries(columns), ingested_at: startedAt, run_id: runId };
}

/** The presigned links of a stored plant that a newer response does not replace. */
function linksToKeep(known: Plant | undefined, plant: Plant): Partial<Plant> {
  if (known === undefined) return {};
  const links = (["imageUrl", "thumbnailUrl"] as const).filter((link) => {
    const [stored, received] = [known[link], plant[link]];
    const renewAt = signedUrlRenewalTime(stored);
    if (stored === null || received === null || renewAt === null || signedUrlRenewalTime(received) === null)
      return false;
    return renewAt > plant.observedAt && urlWithoutQuery(stored) === urlWithoutQuery(received);
  });
  return Object.fromEntries(links.map((link) => [link, known[link]]));
}

function plantKey(plantId: number): string {
  return String(plantId).padStart(10, "0");
}

/** All of a plant except its time, with the botanist by e-mail address. */
function contentOf({ observedAt: _observedAt, botanist, ...plant }: Plant): string {
  return JSON.stringify([Object.entries(plant).sort(([a], [b]) => compare(a, b)), botanist?.email]);
}

function withoutNull(plant: Plant): Partial<Plant> {
  return Object.fromEntries(Object.entries(plant).filter(([, value]) => value !== null));
}

function inOrder<Row>(rows: ReadonlyMap<string, Row>): Row[] {
  return [...rows].sort(([a], [b]) => compare(a, b)).map(([, row]) => row);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

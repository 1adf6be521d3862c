import {
  type Botanist,
  type Country,
  conflictKey,
  linkPath,
  newestPlants,
  type Plant,
  renewalTime,
  toReferenceRows,
} from "@lmnh/plant-schema";
import type { Reading } from "../batch.js";
import { countLoaded, groupByFlag } from "../count-flags.js";
import type { PlantStore } from "../ports.js";
import type { Report } from "../report.js";
import { abandonedBefore, type ConflictContent, conflictContent, stateOf } from "./load-statements.js";
import { type NoticeRow, type RejectionRow, toNoticeRows, toRejectionRows } from "./row-mapping.js";

/** What a store holds, without the numbers that it gives to rows. */
export interface StoredState {
  /** By plant. */
  readonly plants: readonly Plant[];
  /** By plant and time. */
  readonly readings: readonly Reading[];
  /** Readings whose plant and time are known with other values; by plant, time and values. */
  readonly conflicts: readonly ConflictContent[];
  readonly notices: readonly NoticeRow[];
  readonly rejections: readonly Omit<RejectionRow, "body" | "bodyBytes">[];
  /** By run id; the report of a run that has not finished, or has failed, is `null`. */
  readonly runs: readonly {
    readonly runId: string;
    readonly state: string;
    /** With `exitCode`, `null` while it runs. */
    readonly outcome: string | null;
    readonly reason: string | null;
    readonly exitCode: number | null;
    readonly report: Report | null;
  }[];
}

type StoredRun = StoredState["runs"][number];
const running = { state: "running", outcome: null, reason: null, exitCode: null, report: null };

/** The reference store: the contract in its plainest form, for tests and for trying things out. */
export function memoryPlantStore(): PlantStore & { state(): StoredState } {
  const botanists = new Map<string, { said: Botanist; observedAt: string }>();
  const countries: { code: string | null; readonly name: string }[] = [];
  const plants = new Map<string, Plant>();
  const readings = new Map<string, Reading>();
  const conflicts = new Map<string, ConflictContent>();
  const notices = new Map<string, NoticeRow>();
  const rejections = new Map<string, RejectionRow>();
  const runs = new Map<string, Omit<StoredRun, "runId">>();
  const starts = new Map<string, string>();

  const seeBotanist = (said: Botanist, observedAt: string) => {
    const known = botanists.get(said.email);
    if (known !== undefined && observedAt < known.observedAt) return;
    const phone = said.phone === "" ? (known?.said.phone ?? "") : said.phone;
    const changed = known === undefined || known.said.name !== said.name || known.said.phone !== phone;
    if (changed) botanists.set(said.email, { said: { ...said, phone }, observedAt });
  };

  /** The country as it is stored: one a code and one a name. A country that came without a code gets it when it comes. */
  const seeCountry = ({ code, name }: Country): Country => {
    const byCode = countries.find((known) => known.code !== null && known.code === code);
    const byName = countries.find((known) => known.name === name);
    if (byCode === undefined && byName !== undefined) byName.code ??= code;
    const known = byCode ?? byName ?? { code, name };
    if (!countries.includes(known)) countries.push(known);
    return known;
  };

  const seePlant = (said: Plant, country: Country | null) => {
    const key = plantKey(said.plantId);
    const { origin } = said;
    const placed = origin && { ...origin, city: { ...origin.city, country: country ?? origin.city.country } };
    const known = plants.get(key);
    if (known !== undefined && said.observedAt < known.observedAt) return;
    const merged = {
      ...known,
      ...withoutNull({ ...said, ...linksThatStay(known, said), origin: placed }),
    } as Plant;
    const complete = { ...said, ...merged };
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
          throw new Error(`there is a reading of plant ${plantId}, which is not in the store`);

      const said = { botanists: [], countries: [], cities: [], origins: [], plants: batch.plants };
      const rows = toReferenceRows(said);
      for (const { observedAt, ...botanist } of rows.botanists) seeBotanist(botanist, observedAt);
      const stored = rows.plants.map(({ countryCode, countryName }) =>
        countryName === null ? null : seeCountry({ code: countryCode, name: countryName }),
      );
      for (const [slot, plant] of newestPlants(batch.plants).entries()) seePlant(plant, stored[slot] ?? null);

      const fresh: Reading[] = [];
      let conflicting = 0;
      for (const reading of batch.readings) {
        const key = `${plantKey(reading.plantId)} ${reading.recordingTaken}`;
        const known = readings.get(key);
        if (known === undefined) {
          readings.set(key, reading);
          fresh.push(reading);
        } else if (conflictKey(known) !== conflictKey(reading)) {
          conflicting++;
          conflicts.set(
            conflictKey(reading),
            conflicts.get(conflictKey(reading)) ?? conflictContent(reading, run),
          );
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
      const counts = countLoaded(groupByFlag(fresh.map(({ qualityFlag }) => qualityFlag)));
      const duplicates = batch.readings.length - counts.loaded - conflicting;
      return { ...counts, duplicates, conflicts: conflicting };
    },

    finishRun: async (report) => {
      const { runId, outcome, reason, exitCode } = report;
      runs.set(runId, { state: stateOf(report), outcome, reason, exitCode, report });
    },

    failRun: async ({ runId }, { reason, exitCode }) => {
      runs.set(runId, { state: "failed", outcome: "failed", reason, exitCode, report: null });
    },

    state: () => ({
      plants: inOrder(plants).map((plant) => ({
        ...structuredClone(plant),
        botanist: plant.botanist && (botanists.get(plant.botanist.email)?.said ?? null),
      })),
      readings: inOrder(readings),
      conflicts: inOrder(conflicts),
      notices: inOrder(notices),
      rejections: inOrder(rejections).map(({ body: _body, bodyBytes: _bodyBytes, ...row }) => row),
      runs: [...runs].sort(([a], [b]) => compare(a, b)).map(([runId, run]) => ({ runId, ...run })),
    }),
  };
}

/** The presigned links of a known plant that a newer answer does not replace. */
function linksThatStay(known: Plant | undefined, said: Plant): Partial<Plant> {
  if (known === undefined) return {};
  const links = (["imageUrl", "thumbnailUrl"] as const).filter((link) => {
    const [there, given] = [known[link], said[link]];
    const renewAt = renewalTime(there);
    if (there === null || given === null || renewAt === null || renewalTime(given) === null) return false;
    return renewAt > said.observedAt && linkPath(there) === linkPath(given);
  });
  return Object.fromEntries(links.map((link) => [link, known[link]]));
}

function plantKey(plantId: number): string {
  return String(plantId).padStart(10, "0");
}

/** What is said of a plant besides when; a botanist counts by who it is. */
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

import { type ArchiveReport, archive, sqlArchiveCatalog } from "@lmnh/plant-archive";
import { archiveOutcome, directoryArchive, ExitCode, UserError } from "@lmnh/plant-runtime";
import { openArchive } from "@lmnh/plant-runtime/open";
import type { PlantDatabase } from "@lmnh/plant-schema";
import type { Host } from "../host.js";
import { createArchiveProgress } from "../output/archive-progress.js";
import type { Output } from "../output/output.js";
import { demoArchive } from "./demo-file.js";
import { throwIfAborted } from "./throw-if-aborted.js";

export interface DemoArchiveOptions {
  readonly host: Host;
  readonly output: Output;
  /** The path of the database. */
  readonly file: string;
  /** The simulated time of the run, milliseconds since the epoch. */
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/** Archives the readings of a demo in the folder of its database. */
export async function archiveDemo(
  database: PlantDatabase,
  { host, output, file, nowMs, signal }: DemoArchiveOptions,
): Promise<ArchiveReport> {
  const objects = await openArchive(directoryArchive(demoArchive(file)), {
    newId: host.newId,
    missingFolder: "create",
  });
  const startedMs = host.elapsedMs();
  const report = await archive({
    catalog: sqlArchiveCatalog(database),
    objects,
    clock: { now: () => nowMs + Math.round(host.elapsedMs() - startedMs) },
    runId: host.newId(),
    newId: host.newId,
    signal,
    observer: createArchiveProgress(host, output),
  });
  throwIfAborted(signal);
  const { problem } = archiveOutcome(report);
  if (problem !== null) throw new UserError(ExitCode.internalError, `${problem} This is a defect.`);
  return report;
}

import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { type ArchiveReport, archive, directoryObjectStore, kyselyReadingLedger } from "@lmnh/plant-archive";
import { ExitCode, judgeArchive, UserError } from "@lmnh/plant-composition";
import type { OpenedDatabase } from "@lmnh/plant-schema";
import type { Host } from "../host.js";
import type { Output } from "../output/output.js";
import { watchArchive } from "../output/watch-archive.js";
import { demoArchive } from "./demo-file.js";
import { refuseStopped } from "./refuse-stopped.js";

export interface DemoArchiveOptions {
  readonly host: Host;
  readonly output: Output;
  /** The database's. */
  readonly file: string;
  /** The simulated present, milliseconds since the epoch. */
  readonly nowMs: number;
  /** Tells it to stop. */
  readonly signal: AbortSignal;
}

/** Archives a demo's simulated past beside its database. */
export async function archiveDemo(
  database: OpenedDatabase,
  { host, output, file, nowMs, signal }: DemoArchiveOptions,
): Promise<ArchiveReport> {
  const directory = resolve(demoArchive(file));
  mkdirSync(directory, { mode: 0o700 });
  const startedMs = host.elapsedMs();
  const report = await archive({
    ledger: kyselyReadingLedger(database),
    objects: directoryObjectStore({ directory, newId: host.newId }),
    clock: { now: () => nowMs + Math.round(host.elapsedMs() - startedMs) },
    runId: host.newId(),
    newId: host.newId,
    signal,
    observer: watchArchive(host, output),
  });
  refuseStopped(signal);
  const { problem } = judgeArchive(report);
  if (problem !== null) throw new UserError(ExitCode.defect, `${problem} This is a defect.`);
  return report;
}

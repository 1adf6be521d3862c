import { recoverDatabase } from "./status-commands.js";
import type { StatusContext } from "./status-context.js";
import type { Advice } from "./status-problems.js";

export const lostDatabase: readonly string[] = ["DATABASE_MISSING", "DATABASE_DAMAGED", "DATABASE_INVALID"];

/** The next step after an error, by its code. */
export function errorAdvice(
  code: string,
  problem: string,
  { facts, flags, nowMs, command }: StatusContext,
): Advice {
  const { databaseFiles } = facts;
  const isEmpty = databaseFiles.kind === "known" && databaseFiles.facts?.isEmpty === true;
  if (lostDatabase.includes(code) || (code === "MIGRATION_PENDING" && isEmpty))
    return { see: "come-back-to-a-backup", next: recoverDatabase(facts, flags, nowMs) };
  if (code === "MIGRATION_PENDING") return { next: command("migrate") };
  if (code === "DATABASE_FULL" || code === "STORE_FULL") return { see: "the-disk-is-full", next: null };
  // Most errors name the next step themselves.
  return { next: /plant \w+/.test(problem) ? null : command("doctor") };
}

import type { Part, StatusFacts } from "./status-facts.js";

type Failed = Extract<Part<unknown>, { kind: "failed" }>;

const fromDatabase = ["database", "runs", "readings", "plants", "rejections", "alerts", "catalog"] as const;
const notRead = { kind: "unknown", because: "the database is damaged" } as const;

/** Whether the file is damaged, or not a database. */
export function isDamaged(part: Part<unknown>): part is Failed {
  return part.kind === "failed" && (part.code === "DATABASE_DAMAGED" || part.code === "DATABASE_INVALID");
}

/**
 * The facts without those of a damaged database: one statement finds the damage, and another one returns what is in a wrong
 * page. The error is that of the database, once.
 */
export function discardDamaged(facts: StatusFacts): StatusFacts {
  const damage = fromDatabase.map((key) => facts[key]).find(isDamaged);
  if (damage === undefined) return facts;
  return {
    ...facts,
    ...{ database: damage, runs: notRead, readings: notRead, plants: notRead },
    ...{ rejections: notRead, alerts: notRead, catalog: notRead },
    store:
      facts.store.kind === "known"
        ? { kind: "known", facts: { ...facts.store.facts, compared: 0, wrong: [] } }
        : facts.store,
  };
}

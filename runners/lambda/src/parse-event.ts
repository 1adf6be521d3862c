import { type Partition, parsePartition } from "@lmnh/plant-archive";
import type { Roster } from "@lmnh/plant-etl";
import { describeInvalidValue, ExitCode, plantSettings, UserError } from "@lmnh/plant-runtime";

/** The plants of an event such as `{"plants": "1-2000"}`; `null` if it is for all of them. */
export function parsePlants(event: unknown): Roster | null {
  const text = parseShard(event, "plants", '{"plants": "1-2000"}');
  if (text === null) return null;
  const parsed = plantSettings.plants.parse(text);
  if ("value" in parsed) return parsed.value;
  throw invalidEvent(`its plants are ${show(text)}: ${parsed.problem}`);
}

/** The hour of an event such as `{"partition": "2026-01-28T14"}`; `null` if it is for all of them. */
export function parsePartitionEvent(event: unknown): Partition | null {
  const text = parseShard(event, "partition", '{"partition": "2026-01-28T14"}');
  if (text === null) return null;
  const partition = parsePartition(text);
  if (partition !== null) return partition;
  throw invalidEvent(`its partition is ${show(text)}: must be a UTC hour such as 2026-01-28T14`);
}

/** Refuses an event that asks for a part: a check is of every plant. */
export function requireWholeEvent(event: unknown): void {
  const [key] = keysOf(event, "{}");
  if (key !== undefined) throw invalidEvent(`it has ${show(key)}: must be {}`);
}

/** Anything unknown is an error: a shard with a mistyped key would otherwise run for the entire roster. */
function parseShard(event: unknown, key: string, example: string): string | null {
  const names = keysOf(event, `an object, such as ${example}`);
  if (names.length === 0) return null;
  const [other] = names.filter((name) => name !== key);
  if (other !== undefined)
    throw invalidEvent(`it has ${show(other)}: must be {} for everything, or such as ${example}`);
  const value: unknown = (event as Readonly<Record<string, unknown>>)[key];
  if (typeof value !== "string")
    throw invalidEvent(`its ${key} is ${show(value)}: must be text, as in ${example}`);
  return value;
}

/** The keys of an event; none if it is empty or EventBridge's own, whose keys are not for this program. */
function keysOf(event: unknown, valid: string): readonly string[] {
  if (event === undefined || event === null || event === "") return [];
  if (typeof event !== "object" || Array.isArray(event))
    throw invalidEvent(`it is ${show(event)}: must be ${valid}`);
  return "detail-type" in event && "source" in event ? [] : Object.keys(event);
}

function invalidEvent(problem: string): UserError {
  return new UserError(ExitCode.usage, `The event is invalid: ${problem}.`);
}

/** As JSON, unless it may contain a secret. */
function show(value: unknown): string {
  return (
    describeInvalidValue(JSON.stringify(value) ?? String(value)) ??
    "not shown, because it may contain a secret"
  );
}

import { type Partition, parsePartition } from "@lmnh/plant-archive";
import type { Roster } from "@lmnh/plant-etl";
import { ExitCode, plantSettings, showInvalid, UserError } from "@lmnh/plant-runtime";

/** The plants of an event such as `{"plants": "1-2000"}`; `null` where it is for all. */
export function readPlants(event: unknown): Roster | null {
  const text = readShard(event, "plants", '{"plants": "1-2000"}');
  if (text === null) return null;
  const read = plantSettings.plants.schema.safeParse(text);
  if (read.success) return read.data;
  throw refuse(`its plants are ${show(text)}: ${read.error.issues.map(({ message }) => message).join("; ")}`);
}

/** The hour of an event such as `{"partition": "2026-01-28T14"}`; `null` where it is for all. */
export function readPartition(event: unknown): Partition | null {
  const text = readShard(event, "partition", '{"partition": "2026-01-28T14"}');
  if (text === null) return null;
  const partition = parsePartition(text);
  if (partition !== null) return partition;
  throw refuse(`its partition is ${show(text)}: must be a UTC hour such as 2026-01-28T14`);
}

/** Anything unknown is refused: a shard whose key is mistyped would else be the whole roster. */
function readShard(event: unknown, key: string, example: string): string | null {
  if (event === undefined || event === null || event === "") return null;
  if (typeof event !== "object" || Array.isArray(event))
    throw refuse(`it is ${show(event)}: must be an object, such as ${example}`);
  const names = Object.keys(event);
  // EventBridge's own events have many keys, none of which is for this program.
  if (names.length === 0 || ("detail-type" in event && "source" in event)) return null;
  const [other] = names.filter((name) => name !== key);
  if (other !== undefined)
    throw refuse(`it has ${show(other)}: must be {} for everything, or such as ${example}`);
  const value: unknown = (event as Readonly<Record<string, unknown>>)[key];
  if (typeof value !== "string")
    throw refuse(`its ${key} is ${show(value)}: must be a text, as in ${example}`);
  return value;
}

function refuse(problem: string): UserError {
  return new UserError(ExitCode.usage, `The event is refused: ${problem}.`);
}

/** As JSON, unless it may hold a secret. */
function show(value: unknown): string {
  return showInvalid(JSON.stringify(value) ?? String(value)) ?? "not shown, as it may hold a secret";
}

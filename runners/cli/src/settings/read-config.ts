import { type MemberNode, type ObjectNode, parse } from "@humanwhocodes/momoa";
import {
  type GivenInFile,
  type SettingIssue,
  type SettingTable,
  showInvalid,
  similarName,
} from "@lmnh/plant-runtime";

const maxUnknownKeys = 10;

/** Reads the text of a config file: one JSON object, keys as in the table, values text, numbers or true and false. */
export function readConfig(
  path: string,
  content: string,
  table: SettingTable,
): { given: GivenInFile; issues: SettingIssue[] } {
  const issues: SettingIssue[] = [];
  const refuse = (name: string, place: string, message: string) =>
    issues.push({ key: null, origin: "config file", name, place, value: null, message });

  const parsed = parseObject(content);
  if ("problem" in parsed) {
    refuse(path, path, parsed.problem);
    return { given: {}, issues };
  }
  const given: Record<string, { text: string; place: string }> = {};
  const placeOf = ({ loc }: { readonly loc: MemberNode["loc"] }) =>
    `${path}:${loc.start.line}:${loc.start.column}`;
  let unknown = 0;
  for (const { name, value } of parsed.object.members) {
    const key = name.type === "String" ? name.value : name.name;
    if (!Object.hasOwn(table, key)) {
      unknown += 1;
      if (unknown <= maxUnknownKeys)
        refuse(showInvalid(key) ?? "a key", placeOf(name), describeOrphan(key, table));
    } else if (Object.hasOwn(given, key))
      refuse(key, placeOf(name), `is given twice, first at ${given[key]?.place}; give it once`);
    else if (value.type === "String" || value.type === "Number" || value.type === "Boolean")
      given[key] = { text: String(value.value), place: placeOf(value) };
    else refuse(key, placeOf(value), "must be text, a number, true or false");
  }
  if (unknown > maxUnknownKeys)
    refuse(path, path, `has ${unknown - maxUnknownKeys} more keys that are not settings`);
  return { given, issues };
}

function describeOrphan(key: string, table: SettingTable): string {
  // A key may be written as the variable is called: DATABASE_URL, api_url.
  const keys = Object.entries(table).flatMap(([name, { environment }]) =>
    environment === undefined
      ? []
      : [[name, name] as const, [environment.replace("PLANT_", ""), name] as const],
  );
  const similar = similarName(key.replace(/^plant_/i, ""), new Map(keys).keys());
  const suggestion = similar === undefined ? undefined : new Map(keys).get(similar);
  return suggestion === undefined
    ? `is not a setting; there are: ${Object.keys(table).join(", ")}`
    : `is not a setting; did you mean ${suggestion}?`;
}

function parseObject(content: string): { readonly object: ObjectNode } | { readonly problem: string } {
  try {
    const { body } = parse(content, { mode: "json" });
    return body.type === "Object"
      ? { object: body }
      : { problem: 'must hold one JSON object, such as {"plants": "1-50"}' };
  } catch (error) {
    return { problem: describeSyntaxError(content, error) };
  }
}

function describeSyntaxError(content: string, error: unknown): string {
  const { line, column, offset } = error as { line?: number; column?: number; offset?: number };
  if (line === undefined || column === undefined || offset === undefined)
    return "cannot be read: its JSON is nested too deeply";
  const found = content.codePointAt(offset);
  const what = found === undefined ? "the end" : JSON.stringify(String.fromCodePoint(found));
  const before = content.slice(0, offset).trimEnd().at(-1);
  return `is not JSON: unexpected ${what} at line ${line}, column ${column}${adviceFor(what, before)}`;
}

function adviceFor(found: string, before: string | undefined): string {
  if (found === '"/"' || found === '"#"') return "; JSON has no comments";
  if (found === '"\'"') return "; text stands in double quotation marks";
  return before === "," && /[}\]]/.test(found) ? "; no comma may come before it" : "";
}

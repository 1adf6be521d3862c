import { type MemberNode, type ObjectNode, parse } from "@humanwhocodes/momoa";
import {
  describeInvalidValue,
  type SettingIssue,
  type SettingTable,
  type SettingTextsWithPlaces,
  similarName,
} from "@lmnh/plant-runtime";

const maxUnknownKeys = 10;

/** Reads the text of a config file: one JSON object, with the keys of the table and strings, numbers or booleans as values. */
export function readConfig(
  path: string,
  content: string,
  table: SettingTable,
): { texts: SettingTextsWithPlaces; issues: SettingIssue[] } {
  const issues: SettingIssue[] = [];
  const addIssue = (name: string, place: string, message: string) =>
    issues.push({ key: null, origin: "config file", name, place, value: null, message });

  const parsed = parseObject(content);
  if ("problem" in parsed) {
    addIssue(path, path, parsed.problem);
    return { texts: {}, issues };
  }
  const texts: Record<string, { text: string; place: string }> = {};
  const placeOf = ({ loc }: { readonly loc: MemberNode["loc"] }) =>
    `${path}:${loc.start.line}:${loc.start.column}`;
  let unknown = 0;
  for (const { name, value } of parsed.object.members) {
    const key = name.type === "String" ? name.value : name.name;
    if (!Object.hasOwn(table, key)) {
      unknown += 1;
      if (unknown <= maxUnknownKeys)
        addIssue(describeInvalidValue(key) ?? "a key", placeOf(name), describeUnknownKey(key, table));
    } else if (Object.hasOwn(texts, key))
      addIssue(key, placeOf(name), `is given twice, first at ${texts[key]?.place}; give it once`);
    else if (value.type === "String" || value.type === "Number" || value.type === "Boolean")
      texts[key] = { text: String(value.value), place: placeOf(value) };
    else addIssue(key, placeOf(value), "must be text, a number, true or false");
  }
  if (unknown > maxUnknownKeys)
    addIssue(path, path, `has ${unknown - maxUnknownKeys} more keys that are not settings`);
  return { texts, issues };
}

function describeUnknownKey(key: string, table: SettingTable): string {
  // The key may be the name of the environment variable: DATABASE_URL, api_url.
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
      : { problem: 'must contain one JSON object, such as {"plants": "1-50"}' };
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
  if (found === '"\'"') return "; text must be in double quotation marks";
  return before === "," && /[}\]]/.test(found) ? "; no comma may come before it" : "";
}

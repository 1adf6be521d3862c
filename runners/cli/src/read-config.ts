import type { Given, SettingIssue, SettingTable } from "@lmnh/plant-composition";

/** Reads the text of a config file: one JSON object, keys as in the table, values text, numbers or true and false. */
export function readConfig(
  path: string,
  content: string,
  table: SettingTable,
): { given: Given; issues: SettingIssue[] } {
  const issues: SettingIssue[] = [];
  const refuse = (name: string, value: string | null, message: string) =>
    issues.push({ key: null, origin: "config file", name, value, message });

  const json = parseObject(content);
  if (json === undefined) refuse(path, null, 'must hold one JSON object, such as {"plants": "1-50"}');
  const given: Record<string, string> = {};
  for (const [key, value] of Object.entries(json ?? {})) {
    if (!Object.hasOwn(table, key))
      refuse(key, null, `is not a setting; ${path} may have: ${Object.keys(table).join(", ")}`);
    else if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      given[key] = String(value);
    else refuse(key, null, "must be text, a number, true or false");
  }
  return { given, issues };
}

function parseObject(content: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

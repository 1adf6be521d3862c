import { quoteForShell, type Resolved, type SettingTable } from "@lmnh/plant-runtime";

/**
 * Replaces "restore HOUR" and "restore from HOUR to HOUR" in a text by the `plant archive restore` command, with the flags of
 * this run's database and archive if they were set, so that the command can be copied. A value with a secret is omitted.
 */
export function completeCommands(text: string, { shown, values }: Resolved<SettingTable>): string {
  const texts: Readonly<Record<string, unknown>> = values;
  const flags = shown
    .flatMap(({ key, name, value, origin }) =>
      (key === "database" || key === "archive") && origin === "flag" && value !== null && value === texts[key]
        ? [` ${name} ${quoteForShell(value)}`]
        : [],
    )
    .join("");
  const hour = String.raw`\d{4}-\d\d-\d\dT\d\d\b`;
  return text
    .replace(
      new RegExp(String.raw`\brestore from (${hour}) to (${hour})`, "g"),
      (_, from, to) => `plant archive restore --from ${from} --to ${to}${flags}`,
    )
    .replace(new RegExp(`: restore (${hour})`, "g"), (_, only) => `: plant archive restore ${only}${flags}`);
}

import { quoteForShell, type Resolved, type SettingTable } from "@lmnh/plant-runtime";

/**
 * Replaces "restore from … to …" in a text by the `plant archive restore` command, with the flags of this run's database and
 * archive if they were set, so that the command can be copied. A value with a secret is omitted.
 */
export function completeCommands(text: string, { shown, values }: Resolved<SettingTable>): string {
  const texts: Readonly<Record<string, unknown>> = values;
  const flags = shown.flatMap(({ key, name, value, origin }) =>
    (key === "database" || key === "archive") && origin === "flag" && value !== null && value === texts[key]
      ? [` ${name} ${quoteForShell(value)}`]
      : [],
  );
  return text.replace(
    /\brestore from (\S+Z) to (\S+?Z)/g,
    (_, from, to) => `plant archive restore --from ${from} --to ${to}${flags.join("")}`,
  );
}

import { quoteForShell, type Resolved, type SettingTable } from "@lmnh/plant-runtime";

/**
 * Adds the database and the archive of this run to a `plant restore` that a text names, where they were given as flags:
 * typed as it stands, the command is about the same two. A value with a secret in it is left out.
 */
export function completeCommands(text: string, { shown, values }: Resolved<SettingTable>): string {
  const given: Readonly<Record<string, unknown>> = values;
  const flags = shown.flatMap(({ key, name, value, origin }) =>
    (key === "database" || key === "archive") && origin === "flag" && value !== null && value === given[key]
      ? [` ${name} ${quoteForShell(value)}`]
      : [],
  );
  return text.replace(/plant restore --from \S+Z --to \S+?Z/g, (command) => command + flags.join(""));
}

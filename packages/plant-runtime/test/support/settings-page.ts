import { plantSettings } from "../../src/settings/plant-settings.js";
import type { Runner, Setting, SettingTable } from "../../src/settings/setting.js";

/** Every setting of every runner as Markdown, made of the one table. */
export function writeSettingsPage(table: SettingTable = plantSettings): string {
  const lines = [
    "# Settings",
    "",
    "<!-- Generated from the settings by `npm run docs` in packages/plant-runtime. -->",
    "",
    "For operators: every setting of the command `plant` and of the Lambdas. `plant` takes a setting from the first of these",
    "places that has it: flag, environment, `.env`, config file, default ([cli.md](cli.md) has the details). A Lambda reads the",
    "environment, and has the defaults. An empty environment variable counts as not set.",
    "",
    "| flag | environment | default | taken by | meaning |",
    "|---|---|---|---|---|",
    ...Object.values(table).map(settingRow),
    "",
    "Durations are written `500ms`, `10s`, `5m`, `24h`, `7d`. When `DB_HOST` is set and no database is set, the `DB_` names",
    "mean a SQL Server, and are refused without `DB_HOST`; [sql-server.md](sql-server.md) has its URL. A Lambda has neither",
    "SQLite nor a folder, so the defaults of database and archive are none for it. Its logger and its metrics have settings",
    "of their own, `POWERTOOLS_…`: [runners/lambda](../runners/lambda/README.md#settings) names them.",
  ];
  return `${lines.join("\n")}\n`;
}

function settingRow({ flag, environment, fallback, runners, description }: Setting<unknown>): string {
  return `| ${[code(flag), code(environment), code(fallback), takenBy(runners), plain(description)].join(" | ")} |`;
}

const names: Readonly<Record<Runner, string>> = { cli: "`plant`", lambda: "Lambda" };

function takenBy(runners: readonly Runner[] | undefined): string {
  return runners === undefined ? "all" : runners.map((runner) => names[runner]).join(", ");
}

function code(text: string | undefined): string {
  return text === undefined ? "" : `\`${text}\``;
}

/** Text in which Markdown sees no tags. */
function plain(text: string): string {
  return text.replaceAll("<", "\\<");
}

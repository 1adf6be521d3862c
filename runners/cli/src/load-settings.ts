import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseEnv } from "node:util";
import {
  type Given,
  type Resolved,
  resolveSettings,
  type SettingIssue,
  type SettingTable,
  settingsOf,
} from "@lmnh/plant-composition";
import type { Host } from "./host.js";
import { readConfig } from "./read-config.js";

const defaultConfigFile = "plant.config.json";

/** Resolves a command's settings from its flags, the environment, and the files in the working directory. */
export function loadSettings<Table extends SettingTable>(
  { directory, environment }: Pick<Host, "directory" | "environment">,
  flags: Given,
  table: Table,
  configFile: string | undefined,
): Resolved<Table> {
  const issues: SettingIssue[] = [];
  const read = (origin: ".env" | "config file", file: string, required: boolean) => {
    try {
      return readFileSync(resolve(directory, file), "utf8");
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (required || code !== "ENOENT")
        issues.push({
          key: null,
          origin,
          name: file,
          value: null,
          message: `cannot be read: ${code ?? String(error)}`,
        });
      return undefined;
    }
  };

  const dotEnv = read(".env", ".env", false);
  const path = configFile ?? defaultConfigFile;
  const content = read("config file", path, configFile !== undefined);
  const config =
    content === undefined ? { given: {}, issues: [] } : readConfig(path, content, settingsOf("cli"));
  const resolved = resolveSettings(table, {
    flags,
    environment,
    dotEnv: dotEnv === undefined ? {} : parseEnv(dotEnv),
    configFile: config.given,
  });
  return { ...resolved, issues: [...issues, ...config.issues, ...resolved.issues] };
}

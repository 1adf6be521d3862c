import {
  alertSettings,
  archiveSettings,
  boolean,
  connectionSettings,
  databaseSettings,
  instant,
  plantSettings,
  runSettings,
  setting,
  sourceSettings,
  text,
  timingSettings,
} from "@lmnh/plant-runtime";
import { timesOfDay } from "../archive/times-of-day.js";
import type { Task } from "../command.js";
import { dashboardSettings } from "../dashboard/dashboard-settings.js";

/** The settings of `plant run`. */
export const runCommandSettings = {
  ...sourceSettings,
  ...connectionSettings,
  ...databaseSettings,
  ...timingSettings,
  ...runSettings,
  ping: plantSettings.ping,
  ...alertSettings,
  alert: setting({
    flag: "--alert",
    fallback: "false",
    description: "Check the plants after each run, and send alerts to --notify, as plant alert does",
    parse: boolean,
    excludes: ["replay", "at"],
  }),
  watch: setting({
    flag: "--watch",
    fallback: "false",
    description: "Run on an interval, until Ctrl-C, SIGTERM or SIGHUP",
    parse: boolean,
  }),
  archiveAt: setting({
    flag: "--archive-at <times>",
    description:
      "With --watch: also archive at these times of day in UTC, as plant archive does, such as 00:10, or 00:10,12:10, or *:10 for every hour",
    parse: timesOfDay,
  }),
  ...archiveSettings,
  retention: plantSettings.retention,
  serve: setting({
    flag: "--serve",
    fallback: "false",
    description: "With --watch: also serve the page, health and metrics, as plant serve does",
    parse: boolean,
  }),
  ...dashboardSettings,
  at: setting({
    flag: "--at <time>",
    description: "The time of the run, to repeat it exactly; now by default",
    parse: instant,
    excludes: ["watch"],
  }),
  record: setting({
    flag: "--record <file>",
    description: "Append every response to a new file or a recording, one JSON document per line",
    parse: text,
  }),
  replay: setting({
    flag: "--replay <file>",
    description: "Read the responses from a recording instead of the API",
    parse: text,
    excludes: ["record", "watch", "plants"],
  }),
};

export type RunTask = Task<typeof runCommandSettings>;

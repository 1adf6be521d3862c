import type { Command } from "../command.js";
import type { CommandName } from "./summaries.js";

/** Imports a command and its libraries, without those of other commands. */
export const loadCommand: Readonly<Record<CommandName, () => Promise<Command>>> = {
  demo: async () => (await import("./demo.js")).demoCommand,
  migrate: async () => (await import("./migrate.js")).migrateCommand,
  run: async () => (await import("./run.js")).runCommand,
  alert: async () => (await import("./alert.js")).alertCommand,
  report: async () => (await import("./report.js")).reportCommand,
  serve: async () => (await import("./serve.js")).serveCommand,
  status: async () => (await import("./status.js")).statusCommand,
  rejections: async () => (await import("./rejections.js")).rejectionsCommand,
  archive: async () => (await import("./archive.js")).archiveCommand,
  backup: async () => (await import("./backup.js")).backupCommand,
  simulate: async () => (await import("./simulate.js")).simulateCommand,
  completion: async () => (await import("./completion.js")).completionCommand(loadCommand),
  doctor: async () => (await import("./doctor.js")).doctorCommand,
};

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import os from "node:os";
import { fileURLToPath } from "node:url";
import Libsql from "libsql";

/** The machine, the versions and the time of a run. */
export function describeEnvironment() {
  const { dependencies } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const database = new Libsql(":memory:");
  const [{ version }] = database.prepare("SELECT sqlite_version() AS version").all();
  database.close();
  return {
    date: new Date().toISOString(),
    machine: {
      cpu: os.cpus()[0]?.model.trim() ?? "unknown",
      cores: os.availableParallelism(),
      memoryGb: Math.round(os.totalmem() / 2 ** 30),
      os: `${os.type()} ${os.release()}`,
      /** Processes that ran or waited for a core in the minute before. */
      loadBefore: os.loadavg()[0],
    },
    versions: {
      commit: commit(),
      node: process.versions.node,
      libsql: dependencies.libsql,
      sqlite: version,
      duckdb: dependencies["@duckdb/node-api"],
    },
  };
}

/** The lines above the tables. */
export function formatEnvironment({ date, machine, versions }) {
  const shared = machine.loadBefore > machine.cores / 4;
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.os}. Node ${versions.node}, libsql ${versions.libsql} (SQLite ${versions.sqlite}), DuckDB ${versions.duckdb}, commit ${versions.commit}, ${date.slice(0, 16)}Z.`,
    shared
      ? `Other programs shared the machine (load ${machine.loadBefore.toFixed(1)} before the start): compare ratios, not times.`
      : "The machine was idle before the start.",
  ];
}

function commit() {
  const git = (...args) =>
    spawnSync("git", args, { cwd: fileURLToPath(new URL(".", import.meta.url)), encoding: "utf8" });
  const { status, stdout } = git("rev-parse", "--short", "HEAD");
  if (status !== 0) return "unknown";
  // Other files, such as the page that a run writes, do not change what is measured.
  const changed =
    git("status", "--porcelain", "--untracked-files=no", "--", ":/", ":(exclude,top)docs").stdout.trim() !==
    "";
  return changed ? `${stdout.trim()} with changes` : stdout.trim();
}

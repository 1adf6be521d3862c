// What `npm start` and `npm test` need before they can do their own work, done once and then skipped:
// a Node that is new enough, and the dependencies of the lock file as it is now.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

const installMinutes = 30;

/**
 * Runs a command in the root. Where it fails or takes longer than `timeout` milliseconds, ends this process, or with
 * `mayThrow` throws; with `mayFail` returns the command's status.
 */
export function run(command, args, { mayFail = false, mayThrow = false, ...options } = {}) {
  // npm and npx are scripts on Windows, which only a shell starts.
  const shell = process.platform === "win32";
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    shell,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1" },
    ...options,
  });
  if (error?.code === "ETIMEDOUT") {
    const message = `${command} ${args[0]} did not end within ${options.timeout / 60_000} min and was stopped. Check the network to the npm registry and run this again.`;
    if (mayThrow) throw new Error(message);
    console.error(message);
    process.exit(75);
  }
  if (error) throw error;
  if (status !== 0 && mayThrow) throw new Error(`${command} ${args[0]} ended with ${status}`);
  if (status !== 0 && !mayFail) process.exit(status ?? 1);
  return status ?? 1;
}

export function install() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(
      `This needs Node 20.19 or newer; this is ${process.version}. Get one at https://nodejs.org`,
    );
    process.exit(78);
  }
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const stamp = join(root, "node_modules", ".installed");
  if (readStamp(stamp) === lock) return;
  console.error(`Installing dependencies (once, at most ${installMinutes} min) …`);
  run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { timeout: installMinutes * 60_000 });
  mkdirSync(join(root, "node_modules"), { recursive: true });
  writeFileSync(stamp, lock);
}

/** Runs turbo, whose cache makes a second run of unchanged work free. Tests may take as long as they take. */
export function turbo(args, options) {
  return run("npx", ["--no-install", "turbo", "run", ...args], options);
}

function readStamp(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

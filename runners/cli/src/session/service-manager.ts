import { spawn } from "node:child_process";
import type { Host } from "../host.js";
import type { Output } from "../output/output.js";

/** systemd, or a program that behaves like it: it waits for a service to be ready, and restarts one that hangs. */
export interface ServiceManager {
  /** The service is open and listening. */
  ready(): void;
  /** Reports that the service is alive, as often as the manager wants it, while `isAlive` returns `true`. */
  keepAlive(isAlive: () => boolean, signal: AbortSignal): void;
  /** The service is ending. */
  stopping(): void;
}

const noManager: ServiceManager = { ready: () => {}, keepAlive: () => {}, stopping: () => {} };

/**
 * The service manager that NOTIFY_SOCKET names; one that does nothing without it. Node has no datagram sockets of Unix, so
 * that systemd's own program sends the messages: a unit needs `NotifyAccess=all`.
 *
 * @param sendLimitMs how long it may take for a message, milliseconds; then it is killed
 */
export function connectServiceManager(
  { environment, clock, processId }: Pick<Host, "environment" | "clock" | "processId">,
  { warn }: Pick<Output, "warn">,
  sendLimitMs = 10_000,
): ServiceManager {
  const { NOTIFY_SOCKET: socket, PATH, WATCHDOG_USEC, WATCHDOG_PID } = environment;
  if (!socket) return noManager;
  let hasWarned = false;
  const fail = (reason: string) => {
    if (!hasWarned) warn(`the service manager was not notified: ${reason}`);
    hasWarned = true;
  };
  /** Resolves when systemd-notify has ended. Never rejects. */
  const send = (message: string) =>
    new Promise<void>((resolve) => {
      const child = spawn("systemd-notify", [message], {
        env: { NOTIFY_SOCKET: socket, ...(PATH !== undefined && { PATH }) },
        stdio: "ignore",
      });
      // The last message must not keep the process alive.
      child.unref();
      const limit = setTimeout(() => child.kill("SIGKILL"), sendLimitMs).unref();
      child.on("error", (error) => {
        clearTimeout(limit);
        fail(`systemd-notify cannot be started (${error.message})`);
        resolve();
      });
      child.on("exit", (code, signal) => {
        clearTimeout(limit);
        if (code !== 0) fail(`systemd-notify ended with ${code ?? signal}`);
        resolve();
      });
    });
  const intervalMs = Number(WATCHDOG_USEC) / 1_000;
  const isWatched = intervalMs > 0 && (!WATCHDOG_PID || Number(WATCHDOG_PID) === processId);
  return {
    ready: () => void send("READY=1"),
    stopping: () => void send("STOPPING=1"),
    async keepAlive(isAlive, signal) {
      if (!isWatched) return;
      let isSending = false;
      while (!signal.aborted) {
        if (isAlive() && !isSending) {
          isSending = true;
          void send("WATCHDOG=1").then(() => {
            isSending = false;
          });
        }
        // A third, so that one message may be late.
        await clock.sleep(intervalMs / 3, signal).catch(() => undefined);
      }
    },
  };
}

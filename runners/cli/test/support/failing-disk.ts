import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeFolder } from "./folder.js";

const source = fileURLToPath(new URL("failing-disk.c", import.meta.url));
const library = join(makeFolder(), "failing-disk.so");

/** Why no failing disk can be had here; `undefined` where it can. */
export const noFailingDisk: string | undefined = (() => {
  if (process.platform !== "linux") return "LD_PRELOAD is Linux's";
  const { status, error } = spawnSync("cc", ["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"]);
  return status === 0 ? undefined : `no C compiler (${error?.message ?? `cc ended with ${status}`})`;
})();

/** Error numbers of Linux. */
export const errno = { EIO: 5, ENOSPC: 28, EDQUOT: 122 } as const;

export interface Faults {
  /** The environment of the process whose disk fails and whose clock jumps. */
  readonly env: Readonly<Record<string, string>>;
  /** From now on an operation on files whose path ends so fails; `times` often, always by default. */
  fail(operation: "read" | "write" | "sync", error: keyof typeof errno, suffix: string, times?: number): void;
  /** From now on nothing fails. */
  repair(): void;
  /** From now on the wall clock is wrong by so many seconds. */
  shiftClock(seconds: number): void;
}

export function faults(): Faults {
  const folder = makeFolder();
  const [fault, clock] = [join(folder, "fault"), join(folder, "clock")];
  writeFileSync(fault, "none");
  writeFileSync(clock, "0");
  return {
    env: { LD_PRELOAD: library, FAULT_FILE: fault, FAULT_CLOCK: clock },
    fail: (operation, error, suffix, times) =>
      writeFileSync(fault, [operation, errno[error], suffix, times ?? ""].join(" ").trim()),
    repair: () => writeFileSync(fault, "none"),
    shiftClock: (seconds) => writeFileSync(clock, String(seconds)),
  };
}

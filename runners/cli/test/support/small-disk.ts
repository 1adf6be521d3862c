import { spawnSync } from "node:child_process";
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { makeFolder } from "./folder.js";

/** Why a test cannot have a disk of its own here; `undefined` where it can. */
export const noSmallDisk: string | undefined = (() => {
  if (process.platform !== "linux") return "only Linux has tmpfs";
  const probe = makeFolder();
  if (mount(probe, "size=64k") !== 0) return "only root may mount a tmpfs";
  umount(probe);
  return undefined;
})();

/** A disk that is the test's own, at a folder; gone when the test is over. */
export function smallDisk(folder: string, kibibytes: number) {
  if (mount(folder, `size=${kibibytes}k`) !== 0) throw new Error(`no tmpfs could be mounted at ${folder}`);
  onTestFinished(() => umount(folder));
  const ballast = join(folder, "ballast");
  return {
    /** Takes all room but so many bytes. */
    leave(bytes: number) {
      rmSync(ballast, { force: true });
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - bytes), 1));
    },
    makeRoom: () => rmSync(ballast, { force: true }),
    makeReadOnly: () => void mount(folder, "remount,ro"),
    unmount: () => umount(folder),
  };
}

function mount(folder: string, options: string): number | null {
  return spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]).status;
}

function umount(folder: string): void {
  spawnSync("umount", ["-l", folder]);
}

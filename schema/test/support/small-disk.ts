import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Why a test cannot have a disk of its own here; `undefined` where it can. */
export const noSmallDisk: string | undefined = (() => {
  if (process.platform !== "linux") return "only Linux has tmpfs";
  const probe = mkdtempSync(join(tmpdir(), "plant-disk-"));
  try {
    if (mount(probe, 64) !== 0) return "only root may mount a tmpfs";
    umount(probe);
    return undefined;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
})();

export interface SmallDisk {
  readonly folder: string;
  /** Takes all room but so many bytes. */
  leave(bytes: number): void;
  /** Gives the room back. */
  makeRoom(): void;
}

/** A disk of 1 MiB that is the test's own, gone when the test is over. */
export function smallDisk(): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), "plant-disk-"));
  if (mount(folder, 1024) !== 0) throw new Error(`no tmpfs could be mounted at ${folder}`);
  onTestFinished(() => {
    umount(folder);
    rmSync(folder, { recursive: true, force: true });
  });
  const ballast = join(folder, "ballast");
  const makeRoom = () => rmSync(ballast, { force: true });
  return {
    folder,
    makeRoom,
    leave(bytes) {
      makeRoom();
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - bytes), 1));
    },
  };
}

function mount(folder: string, kibibytes: number): number | null {
  return spawnSync("mount", ["-t", "tmpfs", "-o", `size=${kibibytes}k`, "tmpfs", folder]).status;
}

function umount(folder: string): void {
  // Lazily: a connection that a failed test has left open must not keep it.
  spawnSync("umount", ["-l", folder]);
}

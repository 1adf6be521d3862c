import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Why a test cannot mount a disk here; `undefined` if it can. */
export const noSmallDisk: string | undefined = (() => {
  if (process.platform !== "linux") return "only Linux has tmpfs";
  const probe = temporaryFolder();
  try {
    if (mount(probe, "size=64k") !== 0) return "only root may mount a tmpfs";
    unmount(probe);
    return undefined;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
})();

export interface SmallDisk {
  readonly folder: string;
  /** Fills the disk up to this many free bytes. */
  leave(bytes: number): void;
  /** Frees what `leave` has filled. */
  makeRoom(): void;
  makeReadOnly(): void;
  unmount(): void;
}

export interface SmallDiskOptions {
  /** A folder to mount the disk at; a temporary one by default. */
  readonly folder?: string | undefined;
  /** 1024 by default. */
  readonly kibibytes?: number | undefined;
}

/** Mounts a disk that is unmounted when the test has ended. */
export function smallDisk({ folder: given, kibibytes = 1024 }: SmallDiskOptions = {}): SmallDisk {
  const folder = given ?? temporaryFolder();
  if (mount(folder, `size=${kibibytes}k`) !== 0) throw new Error(`no tmpfs could be mounted at ${folder}`);
  onTestFinished(() => {
    unmount(folder);
    if (given === undefined) rmSync(folder, { recursive: true, force: true });
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
    makeReadOnly: () => void mount(folder, "remount,ro"),
    unmount: () => unmount(folder),
  };
}

function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "plant-disk-"));
}

function mount(folder: string, options: string): number | null {
  return spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]).status;
}

/** Lazily: a connection that a failed test has left open must not keep it. */
function unmount(folder: string): void {
  spawnSync("umount", ["-l", folder]);
}

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SmallDisk {
  readonly folder: string;
  /** Takes all the room there is. */
  fill(): void;
  makeRoom(): void;
  setReadOnly(isReadOnly: boolean): void;
  remove(): void;
}

const run = (program: string, ...args: string[]): boolean => spawnSync(program, args).status === 0;

/** A disk of its own of so many kB, in memory; undefined where this user may not mount one. */
export function smallDisk(kiloBytes: number): SmallDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), "ohmstead-disk-"));
  if (!run("mount", "-t", "tmpfs", "-o", `size=${kiloBytes}k`, "tmpfs", folder)) {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  const filler = join(folder, "filler");
  return {
    folder,
    fill: () => {
      for (let size = kiloBytes * 1024; size >= 1; size = Math.floor(size / 2))
        try {
          while (true) writeFileSync(filler, Buffer.alloc(size), { flag: "a" });
        } catch {
          // It is as full as it gets with pieces of this size.
        }
    },
    makeRoom: () => rmSync(filler, { force: true }),
    setReadOnly: (isReadOnly) => {
      if (!run("mount", "-o", `remount,${isReadOnly ? "ro" : "rw"}`, folder)) throw new Error("cannot remount");
    },
    remove: () => {
      run("umount", "-l", folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

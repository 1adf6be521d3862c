import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { publish } from "../../../src/object-store/directory/atomic-write.js";
import { directoryObjectStore } from "../../../src/object-store/directory/directory-object-store.js";
import { directoryError } from "../../../src/object-store/directory/errors.js";
import { compareKeys } from "../../../src/object-store/object-key.js";
import { s3Error } from "../../../src/object-store/s3/errors.js";
import type { ObjectStore, OtherEntry } from "../../../src/ports.js";
import { bodyOf, keysOf, mebibyte, textOf, zeros } from "../../../src/testing/object-bytes.js";
import { objectStoreContract } from "../../../src/testing/object-store-contract.js";
import { buildWriter, kill, type Writer } from "../../support/killed-writer.js";

const makeFolder = () => mkdtemp(join(tmpdir(), "plant-objects-"));
const openStore = (directory: string) => directoryObjectStore({ directory, newId: randomUUID });

objectStoreContract(
  { describe, test },
  {
    name: "the directory store",
    open: async () => {
      const directory = await makeFolder();
      return { store: openStore(directory), close: () => rm(directory, { recursive: true }) };
    },
  },
);

let directory: string;
let store: ObjectStore;
beforeEach(async () => {
  directory = await makeFolder();
  store = openStore(directory);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

// A named pipe is made by a program that Windows does not have.
test.skipIf(process.platform === "win32")(
  "a named pipe is no object: it is not listed, has no head and is not waited for",
  async () => {
    await mkdir(join(directory, "a"));
    execFileSync("mkfifo", [join(directory, "a/pipe.parquet")]);
    await store.put("a/file.parquet", bodyOf("x"));
    expect(await keysOf(store)).toEqual(["a/file.parquet"]);
    const key = "a/pipe.parquet";
    expect(await store.head(key)).toBeNull();
    await expect(store.read(key, 0, 1)).rejects.toMatchObject({ code: "OBJECT_MISSING" });
    expect(await store.put(key, bodyOf("y"))).toEqual({ kind: "exists" });
  },
);

describe("the folder of a directory store", () => {
  test("contains each object in a file of its key's name, and nothing else", async () => {
    await store.put("a/b/c.parquet", bodyOf("x"));
    await expect(store.put("a/d.parquet", failing())).rejects.toThrow("no");
    await store.put("a/b/c.parquet", bodyOf("y"), {
      ifMatch: (await store.head("a/b/c.parquet"))?.etag ?? "",
    });
    await store.move("a/b/c.parquet", "e/c.parquet");
    const names = await readdir(directory, { recursive: true });
    expect(names.sort()).toEqual(["a", "a/b", "e", "e/c.parquet"]);
    expect(await readFile(join(directory, "e/c.parquet"), "utf8")).toBe("y");
  });

  test("contains a hidden file beside the target while an object is written, with the bytes so far", async () => {
    const sizes: number[] = [];
    const body = zeros(20 * mebibyte, async () => {
      const names = await readdir(join(directory, "a"));
      expect(names).toEqual([expect.stringMatching(/^\.b\.[-0-9a-f]+\.part$/)]);
      expect(await keysOf(store)).toEqual([]);
      sizes.push((await stat(join(directory, "a", names[0] ?? ""))).size / 1024 / 1024);
    });
    await store.put("a/b", body);
    expect(sizes).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  test("may contain other files: hidden ones are not objects", async () => {
    await store.put("real/x", bodyOf("x"));
    await writeFile(join(directory, ".DS_Store"), "");
    await mkdir(join(directory, ".git"));
    await writeFile(join(directory, ".git/config"), "");
    expect(await keysOf(store)).toEqual(["real/x"]);
    // One file by two keys: to take it away from one would be to lose it, also where a killed writing has left a link.
    await link(join(directory, "real/x"), join(directory, "real/.x.1.part"));
    await store.move("real/x", "real/x");
    expect(await textOf(store, "real/x")).toBe("x");
  });

  test("may contain names that are not keys: list reports those with the prefix, in printable form", async () => {
    await store.put("real/x", bodyOf("x"));
    const names = [
      ".hidden.parquet",
      "a\nb.parquet",
      "a\\b",
      "\x9b2J",
      Buffer.from([0x61, 0xff]),
      Buffer.from([0xff, 0x5c, 0xc3, 0xa9]),
    ];
    for (const name of names)
      await writeFile(Buffer.concat([Buffer.from(`${directory}/real/`), Buffer.from(name)]), "x");
    await writeFile(join(directory, ".DS_Store"), "");
    await mkdir(join(directory, "real/.git"));
    await writeFile(join(directory, "real/.git/config"), "");
    // What is being written, or was, is cleared away by its own writer.
    await writeFile(join(directory, "real/.x.4f1c.part"), "half");
    const found: OtherEntry[] = [];
    const keys: string[] = [];
    for await (const { key } of store.list("real/", (other) => found.push(other))) keys.push(key);
    expect(keys).toEqual(["real/x"]);
    expect(found.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual(
      [".git", ".hidden.parquet", "\\x9b2J", "a\\x0ab.parquet", "a\\x5cb", "a\\xff", "\\xff\\x5c\\xc3\\xa9"]
        .map((name) => `name real/${name}`)
        .sort(),
    );
  });

  test.each([
    ["a.b", "a"],
    ["a", "a.b"],
  ])("after a writing of %s was broken off, stays when that of %s is cleared away", async (left, cleared) => {
    await store.put("x", bodyOf("x"));
    await writeFile(join(directory, `.${left}.4f1c.part`), "half");
    expect(await store.abortIncompleteUploads(cleared)).toBe(0);
    expect(await store.abortIncompleteUploads(left)).toBe(1);
    expect(await readdir(directory)).toEqual(["x"]);
  });
});

describe("symbolic links in a directory store", () => {
  let outside: string;
  beforeEach(async () => {
    outside = await makeFolder();
    await writeFile(join(outside, "x"), "outside");
    await store.put("real/x", bodyOf("x"));
  });
  afterEach(() => rm(outside, { recursive: true, force: true }));

  test("are not followed by a listing, which names each in the folders that it reads", async () => {
    await symlink("loop", join(directory, "loop"));
    await symlink(".", join(directory, "real/self"));
    await symlink("..", join(directory, "real/up"));
    await symlink("nowhere", join(directory, "broken"));
    await symlink(outside, join(directory, "outside"));
    await symlink(join(outside, "x"), join(directory, "real/y"));
    await symlink("real", join(directory, "alias"));
    const namedBy = async (prefix: string) => {
      const links: string[] = [];
      const keys: string[] = [];
      const onOther = ({ kind, name }: OtherEntry) => links.push(kind === "link" ? name : `${kind} ${name}`);
      for await (const { key } of store.list(prefix, onOther)) keys.push(key);
      return { keys, links: links.sort() };
    };
    const inRoot = ["alias", "broken", "loop", "outside"];
    const inReal = ["real/self", "real/up", "real/y"];
    expect(await namedBy("")).toEqual({ keys: ["real/x"], links: [...inRoot, ...inReal] });
    expect(await namedBy("real/")).toEqual({ keys: ["real/x"], links: [...inRoot, ...inReal] });
    expect(await namedBy("other/")).toEqual({ keys: [], links: inRoot });
  });

  test.each(["a link to a folder outside", "a link to a folder inside", "a loop"])(
    "are not followed by anything else: %s",
    async (kind) => {
      const target = {
        "a link to a folder outside": outside,
        "a link to a folder inside": "real",
        "a loop": "alias",
      }[kind];
      await symlink(target ?? "", join(directory, "alias"));
      const refused = {
        code: "OBJECT_INVALID",
        recovery: "skip",
        message: expect.stringMatching(/alias\/x is behind the symbolic link alias/),
      };
      await expect(store.head("alias/x")).rejects.toMatchObject(refused);
      await expect(store.read("alias/x", 0, 1)).rejects.toMatchObject(refused);
      await expect(store.put("alias/x", bodyOf("y"))).rejects.toMatchObject(refused);
      await expect(store.move("alias/x", "z")).rejects.toMatchObject(refused);
      await expect(store.move("real/x", "alias/x")).rejects.toMatchObject(refused);
      await expect(store.abortIncompleteUploads("alias/x")).rejects.toMatchObject(refused);
      expect(await keysOf(store)).toEqual(["real/x"]);
      expect(await readdir(outside)).toEqual(["x"]);
    },
  );

  test("are no objects themselves, wherever they lead", async () => {
    await symlink(join(outside, "x"), join(directory, "real/y"));
    await symlink("nowhere", join(directory, "real/z"));
    for (const key of ["real/y", "real/z"]) {
      const refused = {
        code: "OBJECT_INVALID",
        message: expect.stringContaining(`${key} is a symbolic link`),
      };
      await expect(store.head(key)).rejects.toMatchObject(refused);
      await expect(store.put(key, bodyOf("y"))).rejects.toMatchObject(refused);
    }
    expect(await readFile(join(outside, "x"), "utf8")).toBe("outside");
  });

  test("may lead to the store's own folder", async () => {
    await symlink(directory, join(outside, "archive"));
    const linked = openStore(join(outside, "archive"));
    await linked.put("real/y", bodyOf("y"));
    expect(await keysOf(linked)).toEqual(["real/x", "real/y"]);
  });
});

describe("a directory store", () => {
  const part = fc.constantFrom("a", "b", "a.", "a-b", "a0", "a b", "é", "🌵", "\uff5e", "A");
  const keys = fc.uniqueArray(fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/")));

  test("lists any keys in order", async () => {
    await fc.assert(
      fc.asyncProperty(keys, fc.array(part, { maxLength: 2 }), async (all, prefixParts) => {
        // A file cannot be a folder as well.
        const files = all.filter((key) => !all.some((other) => other.startsWith(`${key}/`)));
        const folder = await makeFolder();
        for (const key of files) {
          await mkdir(dirname(join(folder, key)), { recursive: true });
          await writeFile(join(folder, key), "");
        }
        const prefix = prefixParts.join("/");
        const expected = files.filter((key) => key.startsWith(prefix)).sort(compareKeys);
        expect(await keysOf(openStore(folder), prefix)).toEqual(expected);
        await rm(folder, { recursive: true });
      }),
      { numRuns: 60 },
    );
  });

  test("rejects names from newId that lead out of the folder", async () => {
    for (const id of ["", "../x", "a.b", "a/b"]) {
      const careless = directoryObjectStore({ directory, newId: () => id });
      await expect(careless.put("a", bodyOf("x"))).rejects.toMatchObject({ code: "OPTION_INVALID" });
    }
    expect(await keysOf(store)).toEqual([]);
  });

  test("rejects a file in place of its folder", async () => {
    await rm(directory, { recursive: true });
    await writeFile(directory, "something else");
    const refused = { code: "STORE_MISSING", message: expect.stringMatching(/is a file, not a folder/) };
    await expect(store.put("a", bodyOf("x"))).rejects.toMatchObject(refused);
    await expect(store.head("a")).rejects.toMatchObject(refused);
    await expect(keysOf(store)).rejects.toMatchObject(refused);
  });

  test("never creates its own folder, which may be on a disk that is not mounted", async () => {
    await rm(directory, { recursive: true });
    const missing = { code: "STORE_MISSING", recovery: "abort", message: expect.stringContaining(directory) };
    await expect(store.put("a/b", bodyOf("x"))).rejects.toMatchObject(missing);
    await expect(store.head("a")).rejects.toMatchObject(missing);
    await expect(store.read("a", 0, 1)).rejects.toMatchObject(missing);
    await expect(keysOf(store)).rejects.toMatchObject(missing);
    await expect(store.move("a", "b")).rejects.toMatchObject(missing);
    await expect(store.abortIncompleteUploads("a")).rejects.toMatchObject(missing);
    await expect(stat(directory)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("reports a missing permission to write", async () => {
    await store.put("a", bodyOf("x"));
    // Readable for those who may not write.
    await chmod(join(directory, "a"), 0o644);
    await chmod(directory, 0o555);
    const message = expect.stringMatching(/needs read and write permission/);
    const refused = { code: "STORE_FORBIDDEN", recovery: "abort", message };
    await asNobody(async () => {
      await expect(store.put("b", bodyOf("x"))).rejects.toMatchObject(refused);
      await expect(store.move("a", "b")).rejects.toMatchObject(refused);
      expect(await textOf(store, "a")).toBe("x");
    });
    expect(await keysOf(store)).toEqual(["a"]);
  });

  test.each([
    ["put", (key: string) => store.put(key, bodyOf("x"))],
    ["move", (key: string) => store.move("a/b", key)],
  ])("does not %s a file in place of a folder, or under a file", async (_what, act) => {
    await store.put("a/b", bodyOf("stays"));
    await store.put("c", bodyOf("x"));
    for (const key of ["a", "c/d"]) await expect(act(key)).rejects.toMatchObject({ code: "STORE_FORBIDDEN" });
    expect(await textOf(store, "a/b")).toBe("stays");
  });

  test("reports a name that is too long", async () => {
    await expect(store.put("x".repeat(250), bodyOf("x"))).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });

  test.each([
    ["ENOSPC", "STORE_FULL", "retry"],
    ["EDQUOT", "STORE_FULL", "retry"],
    ["EROFS", "STORE_FORBIDDEN", "abort"],
    ["EIO", "STORE_UNREACHABLE", "retry"],
    ["ESTALE", "STORE_UNREACHABLE", "retry"],
  ])("converts %s to %s", (code, expected, recovery) => {
    const cause = Object.assign(new Error(`${code}: it did\nnot work, write`), { code });
    const error = directoryError("file:/archive", cause);
    expect(error).toMatchObject({ code: expected, recovery, cause });
    expect(error.message).toMatch(/^file:\/archive .*: it did not work, write.* \S/);
  });

  test("keeps an archive error of another copy of the package, which the content of a file can throw", async () => {
    vi.resetModules();
    const { PlantArchiveError } = await import("../../../src/errors.js");
    const changed = new PlantArchiveError("READINGS_CHANGED", "retry", "The database has other readings.");
    expect(directoryError("file:/archive", changed)).toBe(changed);
    expect(s3Error("s3://bucket", changed)).toBe(changed);
  });
});

describe("the lock of a replacement that was killed in its last step", () => {
  test("blocks the object until it is cleared", async () => {
    await store.put("a", bodyOf("first"));
    const { etag: ifMatch = "" } = (await store.head("a")) ?? {};
    await writeFile(join(directory, `.a.${ifMatch}.part`), "");
    expect(await store.put("a", bodyOf("second"), { ifMatch })).toEqual({ kind: "exists" });
    expect(await store.abortIncompleteUploads("a")).toBe(1);
    expect(await store.put("a", bodyOf("second"), { ifMatch })).toMatchObject({ kind: "written" });
  });
});

describe("where the file system has no hard links", () => {
  const withoutLinks: typeof link = () =>
    Promise.reject(Object.assign(new Error("not here"), { code: "EPERM" }));
  const give = async (text: string) => {
    const finished = join(directory, `.target.${randomUUID()}.part`);
    await writeFile(finished, text);
    return await publish(finished, join(directory, "target"), undefined, withoutLinks);
  };

  test("put writes an object once, and does not overwrite it", async () => {
    expect(await give("first")).toBe("written");
    expect(await give("second")).toBe("exists");
    expect(await textOf(store, "target")).toBe("first");
    expect(await store.abortIncompleteUploads("target")).toBe(1);
    expect(await readdir(directory)).toEqual(["target"]);
  });

  test("put by several at once: one writes", async () => {
    const outcomes = await Promise.all(["a", "b", "c", "d", "e"].map(give));
    expect(outcomes.sort()).toEqual(["exists", "exists", "exists", "exists", "written"]);
  });

  test("put fails for another error of the file system", async () => {
    const target = join(directory, "target");
    const broken: typeof link = () => Promise.reject(Object.assign(new Error("broken"), { code: "EIO" }));
    await expect(publish(join(directory, "x"), target, undefined, broken)).rejects.toThrow("broken");
  });
});

describe("a process that is killed while it writes into a folder", () => {
  let writer: Writer;
  beforeAll(async () => {
    writer = await buildWriter();
  });
  afterAll(() => writer.remove());

  test("leaves a file that abortIncompleteUploads of its exact key removes", async () => {
    const children = await Promise.all(
      ["a/x", "a/x1."].map((key) => writer.start("directory", directory, key)),
    );
    await Promise.all(children.map(kill));
    expect(await keysOf(store)).toEqual([]);
    expect(await readdir(join(directory, "a"))).toHaveLength(2);
    expect(await store.abortIncompleteUploads("a/x1")).toBe(1);
    expect(await readdir(join(directory, "a"))).toHaveLength(1);
    expect(await store.abortIncompleteUploads("a/x1.1")).toBe(1);
    expect(await store.put("a/x1", bodyOf("new"))).toEqual({ kind: "written", bytes: 3 });
    expect(await readdir(join(directory, "a"))).toEqual(["x1"]);
  });

  test("leaves only complete objects at any moment", async () => {
    let objects = 0;
    for (let attempt = 0; attempt < 6; attempt++) {
      const child = await writer.start("directory", directory, `${attempt}/`, "whole");
      await sleep(attempt * 17);
      await kill(child);
      for await (const { key, bytes } of store.list("")) {
        const content = await store.read(key, 0, bytes);
        expect(bytes).toBe(10 * 1024 * 1024);
        expect(Buffer.from(content).equals(Buffer.alloc(bytes, Number(key.split("/")[1])))).toBe(true);
        await rm(join(directory, key));
        objects++;
      }
    }
    expect(objects).toBeGreaterThan(0);
  });
});

async function* failing(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(10);
  throw new Error("no");
}

/** The superuser may write everywhere, so it steps back for a while. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  const { geteuid, seteuid } = process;
  if (geteuid?.() !== 0 || seteuid === undefined) return await work();
  seteuid(65_534);
  try {
    await work();
  } finally {
    seteuid(0);
  }
}

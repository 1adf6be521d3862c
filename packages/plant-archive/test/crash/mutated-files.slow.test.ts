import { expect, test } from "vitest";
import { PlantArchiveError } from "../../src/errors.js";
import { verifyObject } from "../../src/lifecycle/verify-object.js";
import type { ArchiveFile } from "../../src/model/archive-file.js";
import type { ArchivedReading } from "../../src/model/archived-reading.js";
import { readingTable } from "../../src/model/reading-table.js";
import { memoryObjectStore } from "../../src/object-store/memory-object-store.js";
import { singleChunk } from "../../src/object-store/single-chunk.js";
import { decodePages, readManifest } from "../../src/parquet/decode-pages.js";
import { encode, flat, hour } from "../support/reading-files.js";
import { makeReadings } from "../support/readings.js";
import { sealChanged, takeApart } from "../support/sealed-files.js";
import { sourceOf } from "../support/source-of.js";
import { seededRandom } from "./seeded-random.js";

/** Files in all; `npm run test:crash` makes more than the sample that every test run makes. */
const files = Number(process.env.PLANT_TEST_MUTATED_FILES ?? 300);

/** Milliseconds of processor time that a file may take, whatever it contains. */
const maxWorkMs = 2_000;

const originals: { readonly readings: readonly ArchivedReading[]; readonly file: Uint8Array }[] = [];
for (const rows of [1, 65, 2_000]) {
  const readings = [...makeReadings(rows)];
  originals.push({ readings, file: await encode(readings) });
}

test(`none of ${files} files that were changed and given the right hashes is accepted wrongly or takes more than ${maxWorkMs} ms`, {
  timeout: 3_600_000,
}, async ({ annotate }) => {
  const random = seededRandom(20260130);
  const pick = (below: number) => Math.floor(random() * below);
  const outcomes = { invalid: 0, harmless: 0 };
  let longestMs = 0;
  let longest = "";
  for (let number = 0; number < files; number++) {
    const { readings, file } = originals[number % originals.length] ?? {
      readings: [],
      file: new Uint8Array(),
    };
    const parts = takeApart(file);
    const description: string[] = [];
    const mutate = (bytes: Buffer, name: string): Buffer => {
      const mutated = mutateBytes(bytes, pick);
      description.push(`${name} ${mutated.what}`);
      return mutated.bytes;
    };
    let { data, footer } = parts;
    // Mostly the pages, now and then the footer, or several places.
    for (let changes = pick(8) === 0 ? 1 + pick(5) : 1; changes > 0; changes--)
      if (pick(4) > 0) data = mutate(data, "data");
      else footer = mutate(footer, "footer");
    const changed = sealChanged(file, data, footer);
    const before = process.cpuUsage();
    outcomes[await readWhole(changed, file, readings)] += 1;
    const { user, system } = process.cpuUsage(before);
    const workMs = (user + system) / 1000;
    if (workMs > longestMs) [longestMs, longest] = [workMs, `file ${number}: ${description.join(", ")}`];
    expect(workMs, `file ${number}: ${description.join(", ")}`).toBeLessThan(maxWorkMs);
  }
  expect(outcomes.invalid).toBeGreaterThan(files / 2);
  expect(outcomes.invalid + outcomes.harmless).toBe(files);
  await annotate(
    `${files} files: ${outcomes.invalid} invalid, ${outcomes.harmless} with the same readings; at most ${longestMs.toFixed(0)} ms of work (${longest})`,
  );
});

/** Reads a file as `verify --deep`, restore and archive do, and throws where it is accepted with other readings. */
async function readWhole(
  changed: Uint8Array,
  original: Uint8Array,
  readings: readonly ArchivedReading[],
): Promise<"invalid" | "harmless"> {
  const { rows, digest, runId } = await readManifest(sourceOf(original));
  const store = memoryObjectStore();
  await store.put("a.parquet", singleChunk(changed));
  const about: ArchiveFile = {
    fileId: 1,
    key: "a.parquet",
    partition: hour,
    state: "claimed",
    range: { after: 0, through: 0 },
    rows,
    bytes: null,
    digest: null,
    runId,
  };
  const back = await verifyObject(store, readingTable, about, { rows, digest });
  if (back.kind === "mismatch") {
    expect(back.reason).toMatch(/^a\.parquet /);
    expect(back.reason).not.toMatch(/\n/);
    return "invalid";
  }
  try {
    // A reading's number is not part of the digest, because a restore may change it.
    const withoutIds = (all: readonly ArchivedReading[]) => all.map(({ readingId: _, ...rest }) => rest);
    expect(withoutIds(await flat(decodePages<ArchivedReading>(readingTable, sourceOf(changed))))).toEqual(
      withoutIds(readings),
    );
  } catch (error) {
    if (error instanceof PlantArchiveError)
      throw new Error("it was verified and cannot be read", { cause: error });
    throw error;
  }
  return "harmless";
}

/** One change of the kinds that damage and malice make. */
function mutateBytes(bytes: Buffer, pick: (below: number) => number): { bytes: Buffer; what: string } {
  const changed = Buffer.from(bytes);
  const at = pick(bytes.length);
  const extreme = [0x00, 0x01, 0x7f, 0x80, 0x95, 0xfc, 0xfe, 0xff][pick(8)] ?? 0;
  switch (pick(6)) {
    case 0:
      changed[at] = (changed[at] ?? 0) ^ (1 << pick(8));
      return { bytes: changed, what: `bit at ${at}` };
    case 1:
      changed[at] = extreme;
      return { bytes: changed, what: `${extreme} at ${at}` };
    case 2: {
      // A number of many bytes: a size, a count or an offset that is as large as it can be.
      const length = 1 + pick(10);
      changed.fill(0xff, at, Math.min(at + length, changed.length));
      if (at + length < changed.length) changed[at + length] = pick(128);
      return { bytes: changed, what: `a number of ${length + 1} bytes at ${at}` };
    }
    case 3:
      changed.fill(extreme, at, Math.min(at + 1 + pick(40), changed.length));
      return { bytes: changed, what: `${extreme}s from ${at}` };
    case 4: {
      const inserted = Buffer.alloc(1 + pick(12), extreme);
      return {
        bytes: Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at)]),
        what: `${inserted.length} of ${extreme} inserted at ${at}`,
      };
    }
    default: {
      const from = pick(bytes.length);
      bytes.copy(changed, at, from, from + 1 + pick(60));
      return { bytes: changed, what: `bytes of ${from} at ${at}` };
    }
  }
}

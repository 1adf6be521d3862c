import type { ArchivedReading } from "./archived-reading.js";
import { addMurmur128 } from "./murmur3-128.js";

/** The number of readings and their digest, 32 hex digits. */
export interface ReadingsDigest {
  readonly rows: number;
  readonly digest: string;
}

/** Digests all readings of all pages. */
export async function digestOf(pages: AsyncIterable<readonly ArchivedReading[]>): Promise<ReadingsDigest> {
  const digest = startDigest();
  for await (const page of pages) for (const reading of page) digest.add(reading);
  return { rows: digest.rows, digest: digest.hex() };
}

/** A digest of readings, which does not depend on their order. */
export interface ReadingDigest {
  add(reading: ArchivedReading): void;
  /** Readings added so far. */
  readonly rows: number;
  /** 32 hex digits. Two equal readings count twice. */
  hex(): string;
}

/**
 * Starts a digest of every value of every reading except its id, which a restore may change.
 *
 * It is the sum of a 128-bit hash of each reading. The hash is not cryptographic: it detects damage and defects, not
 * changes by people who can write to the archive, who could write a digest as well. A SHA-256 of each reading would take
 * seven times as long.
 */
export function startDigest(): ReadingDigest {
  const sums = new DataView(new ArrayBuffer(16));
  let message = new DataView(new ArrayBuffer(256));
  let rows = 0;
  return {
    add(reading) {
      rows++;
      const needed = messageBytes(reading);
      if (needed > message.byteLength) message = new DataView(new ArrayBuffer(needed));
      writeMessage(reading, message, needed);
      addMurmur128(message, needed, sums);
    },
    get rows() {
      return rows;
    },
    hex() {
      return [0, 4, 8, 12].map((at) => sums.getUint32(at).toString(16).padStart(8, "0")).join("");
    },
  };
}

const runIdAt = 64;

function messageBytes({ runId }: ArchivedReading): number {
  return Math.ceil((runIdAt + 2 * (runId?.length ?? 0)) / 16) * 16;
}

/**
 * Every value has a fixed offset, and the run id, in UTF-16, comes last, after its length: no two readings have the same
 * message. Integers are written as doubles, exactly; `+ 0` turns −0 into 0, which are equal as integers.
 */
function writeMessage(reading: ArchivedReading, message: DataView, bytes: number): void {
  const { lastWatered, runId } = reading;
  message.setFloat64(0, reading.plantId + 0, true);
  message.setFloat64(8, reading.recordingTaken + 0, true);
  message.setFloat64(16, reading.soilMoisture, true);
  message.setFloat64(24, reading.temperature, true);
  message.setFloat64(32, (lastWatered ?? 0) + 0, true);
  message.setFloat64(40, reading.ingestedAt + 0, true);
  message.setFloat64(48, reading.qualityFlag + 0, true);
  message.setUint32(56, (lastWatered === null ? 0 : 1) | (runId === null ? 0 : 2), true);
  const length = runId?.length ?? 0;
  message.setUint32(60, length, true);
  for (let at = bytes - 16; at < bytes; at += 4) if (at >= runIdAt) message.setUint32(at, 0, true);
  if (runId !== null)
    for (let index = 0; index < length; index++)
      message.setUint16(runIdAt + 2 * index, runId.charCodeAt(index), true);
}

import { createHash } from "node:crypto";
import type { ArchivedReading } from "./reading.js";

/** A digest of readings that does not depend on their order: the sum of their SHA-256, modulo 2^256. */
export function startDigest(): { add(reading: ArchivedReading): void; readonly rows: number; hex(): string } {
  let sum = 0n;
  let rows = 0;
  return {
    add({ readingId: _readingId, ...reading }) {
      const values = [
        reading.plantId,
        reading.recordingTaken,
        reading.soilMoisture,
        reading.temperature,
        reading.lastWatered,
        reading.qualityFlag,
        reading.ingestedAt,
        reading.runId,
      ];
      const hash = createHash("sha256").update(JSON.stringify(values)).digest("hex");
      sum = BigInt.asUintN(256, sum + BigInt(`0x${hash}`));
      rows += 1;
    },
    get rows() {
      return rows;
    },
    hex: () => sum.toString(16).padStart(64, "0"),
  };
}

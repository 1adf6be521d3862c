import type { ByteSource } from "../../src/parquet/byte-source.js";

export function sourceOf(bytes: Uint8Array, key = "plant_reading/a.parquet"): ByteSource {
  return {
    key,
    byteLength: bytes.byteLength,
    slice: async (start, end) => bytes.subarray(start, end),
  };
}

/**
 * Throws unless the runs of equal and of packed values, the encoding of levels and dictionary indexes, are `count` values.
 * hyparquet allocates an array of the length of a run: one that is too long ends the process.
 *
 * @param width bits of a value
 */
export function checkRuns(bytes: Uint8Array, width: number, count: number): void {
  const reader = startReader(bytes);
  for (let seen = 0; seen < count; ) {
    const header = reader.varint();
    const isPacked = header % 2 === 1;
    const values = Math.floor(header / 2) * (isPacked ? 8 : 1);
    // Packed values are in groups of eight; the last ones may be padding.
    const limit = isPacked ? Math.ceil((count - seen) / 8) * 8 : count - seen;
    if (values < 1 || values > limit) throw new Error(`a run has ${values} values where ${limit} are left`);
    reader.skip(isPacked ? (values / 8) * width : Math.ceil(width / 8));
    seen += values;
  }
}

/** The same for dictionary indexes, which begin with their bit width. */
export function checkIndexes(bytes: Uint8Array, count: number): void {
  if (count === 0) return;
  const width = bytes[0] ?? Number.NaN;
  if (!(width <= 32)) throw new Error(`indexes have ${width} bits`);
  checkRuns(bytes.subarray(1), width, count);
}

/** Throws unless delta-encoded values have blocks of a usual size and are `count` values. */
export function checkDifferences(bytes: Uint8Array, count: number): void {
  const reader = startReader(bytes);
  const [blockSize, miniblocks, values] = [reader.varint(), reader.varint(), reader.varint()];
  const isSound =
    blockSize >= 128 &&
    blockSize <= 65_536 &&
    miniblocks >= 1 &&
    miniblocks <= blockSize / 32 &&
    values === count;
  if (!isSound) throw new Error(`differences are ${values} in blocks of ${blockSize} by ${miniblocks}`);
}

function startReader(bytes: Uint8Array) {
  let at = 0;
  return {
    varint(): number {
      let value = 0;
      for (let index = 0; index < 5; index++) {
        const byte = bytes[at++];
        if (byte === undefined) throw new Error("values go beyond their page");
        value += (byte & 0x7f) * 2 ** (7 * index);
        if (byte < 0x80) return value;
      }
      throw new Error("a number is longer than its type");
    },
    skip(length: number): void {
      at += length;
      if (at > bytes.length) throw new Error("values go beyond their page");
    },
  };
}

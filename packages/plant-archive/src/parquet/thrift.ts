/** A struct of Thrift's compact protocol: its fields by their ids. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;

/** Integers of up to 32 bits are numbers, of 64 bits bigints; doubles, which Parquet does not use here, are `null`. */
export type ThriftValue =
  | boolean
  | number
  | bigint
  | Uint8Array
  | readonly ThriftValue[]
  | ThriftStruct
  | null;

const maxDepth = 16;

/** Elements of a list: an array of them is small compared with the heap of the decoding thread. */
const maxElements = 65_536;

/**
 * Reads one struct from `start`, in time and memory proportional to its bytes. Throws for a size beyond the bytes, a number
 * longer than its type, a repeated field, an unknown type or deep nesting.
 *
 * @returns the struct and its end
 */
export function readThriftStruct(
  bytes: Uint8Array,
  start: number,
): { readonly struct: ThriftStruct; readonly end: number } {
  let at = start;

  function byte(): number {
    const value = bytes[at++];
    if (value === undefined) throw new Error("a struct goes beyond its end");
    return value;
  }

  /** @param maxBytes of the encoded number: 5 for 32 bits, 10 for 64 */
  function varint(maxBytes: number): bigint {
    let value = 0n;
    for (let index = 0; index < maxBytes; index++) {
      const next = byte();
      value |= BigInt(next & 0x7f) << BigInt(7 * index);
      if (next < 0x80) return value;
    }
    throw new Error("a number is longer than its type");
  }

  const zigzag = (value: bigint) => (value >> 1n) ^ -(value & 1n);
  const int32 = () => Number(BigInt.asIntN(32, zigzag(varint(5))));
  const size = () => Number(varint(5));

  function binary(): Uint8Array {
    const length = size();
    if (length > bytes.length - at) throw new Error("a text goes beyond the end");
    at += length;
    return bytes.subarray(at - length, at);
  }

  function list(depth: number): ThriftValue[] {
    const head = byte();
    const length = head >> 4 === 15 ? size() : head >> 4;
    const type = head & 15;
    // An element has at least one byte.
    if (length > Math.min(bytes.length - at, maxElements)) throw new Error("a list goes beyond the end");
    const values: ThriftValue[] = [];
    for (let index = 0; index < length; index++)
      values.push(type === types.true || type === types.false ? byte() === 1 : value(type, depth));
    return values;
  }

  function value(type: number, depth: number): ThriftValue {
    switch (type) {
      case types.true:
      case types.false:
        return type === types.true;
      case types.byte:
        return (byte() << 24) >> 24;
      case types.int16:
      case types.int32:
        return int32();
      case types.int64:
        return BigInt.asIntN(64, zigzag(varint(10)));
      case types.double:
        for (let index = 0; index < 8; index++) byte();
        return null;
      case types.binary:
        return binary();
      case types.list:
        return list(depth + 1);
      case types.struct:
        return struct(depth + 1);
      default:
        throw new Error(`a field has the type ${type}`);
    }
  }

  function struct(depth: number): ThriftStruct {
    if (depth > maxDepth) throw new Error("structs are nested too deep");
    const fields = new Map<number, ThriftValue>();
    for (let id = 0; ; ) {
      const head = byte();
      const type = head & 15;
      if (type === 0) return fields;
      id = head >> 4 === 0 ? int32() : id + (head >> 4);
      if (fields.has(id)) throw new Error(`the field ${id} occurs twice`);
      fields.set(id, value(type, depth));
    }
  }

  const read = struct(1);
  return { struct: read, end: at };
}

const types = {
  true: 1,
  false: 2,
  byte: 3,
  int16: 4,
  int32: 5,
  int64: 6,
  double: 7,
  binary: 8,
  list: 9,
  struct: 12,
} as const;

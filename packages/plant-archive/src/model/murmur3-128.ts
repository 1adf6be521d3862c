/**
 * Adds the hash of a message to four sums of 32 bits, each modulo 2^32. The hash is MurmurHash3_x86_128 with seed 0 of
 * the first `bytes` bytes, a multiple of 16; sums and hash are little-endian, as in Python's
 * `mmh3.hash_bytes(message, 0, False)`.
 */
export function addMurmur128(message: DataView, bytes: number, sums: DataView): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let at = 0; at < bytes; at += 16) {
    a ^= Math.imul(rotate(Math.imul(message.getInt32(at, true), c1), 15), c2);
    a = (Math.imul((rotate(a, 19) + b) | 0, 5) + 0x561ccd1b) | 0;
    b ^= Math.imul(rotate(Math.imul(message.getInt32(at + 4, true), c2), 16), c3);
    b = (Math.imul((rotate(b, 17) + c) | 0, 5) + 0x0bcaa747) | 0;
    c ^= Math.imul(rotate(Math.imul(message.getInt32(at + 8, true), c3), 17), c4);
    c = (Math.imul((rotate(c, 15) + d) | 0, 5) + 0x96cd1c35) | 0;
    d ^= Math.imul(rotate(Math.imul(message.getInt32(at + 12, true), c4), 18), c1);
    d = (Math.imul((rotate(d, 13) + a) | 0, 5) + 0x32ac3b17) | 0;
  }
  a ^= bytes;
  b ^= bytes;
  c ^= bytes;
  d ^= bytes;
  a = (a + b + c + d) | 0;
  b = scramble((b + a) | 0);
  c = scramble((c + a) | 0);
  d = scramble((d + a) | 0);
  a = (scramble(a) + b + c + d) | 0;
  addAt(sums, 0, a);
  addAt(sums, 4, (b + a) | 0);
  addAt(sums, 8, (c + a) | 0);
  addAt(sums, 12, (d + a) | 0);
}

const c1 = 0x239b961b;
const c2 = 0xab0e9789;
const c3 = 0x38b34ae5;
const c4 = 0xa1e38b93;

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function scramble(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function addAt(sums: DataView, at: number, word: number): void {
  sums.setInt32(at, sums.getInt32(at, true) + word, true);
}

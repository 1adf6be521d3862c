/** Makes the draws for different purposes independent of each other. */
export type Purpose = keyof typeof salts;

const salts = {
  wateringSecond: 1,
  dryingRate: 2,
  noiseLevel: 3,
  noise: 4,
  baseTemperature: 5,
  drift: 6,
  anomaly: 7,
  anomalySize: 8,
  microseconds: 9,
  sensorFault: 10,
  latency: 11,
  phone: 12,
  signature: 13,
  timer: 14,
  wateringJitter: 15,
  spike: 16,
  spikeSize: 17,
  failure: 18,
} as const;

/** A deterministic whole number 0…2³²−1. The parts are integers of up to 53 bits. */
export function hash(purpose: Purpose, ...parts: readonly number[]): number {
  let state = Math.imul(salts[purpose], 0x9e3779b1);
  for (const part of parts) {
    // Two words per part: instants in milliseconds do not fit in one.
    state = scramble(state ^ part);
    state = scramble(state ^ Math.floor(part / 2 ** 32) ^ 0x5bd1e995);
  }
  return scramble(state) >>> 0;
}

/** A deterministic number from 0 (inclusive) to 1 (exclusive). */
export function unit(purpose: Purpose, ...parts: readonly number[]): number {
  return hash(purpose, ...parts) / 2 ** 32;
}

/** A deterministic number from the standard normal distribution (Box–Muller). */
export function normal(purpose: Purpose, ...parts: readonly number[]): number {
  const radius = Math.sqrt(-2 * Math.log(1 - unit(purpose, ...parts, 1)));
  return radius * Math.cos(2 * Math.PI * unit(purpose, ...parts, 2));
}

/** The finalizer of MurmurHash3, 32 bits. */
function scramble(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

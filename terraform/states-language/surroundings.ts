/** What a state machine does things with. */
export interface Surroundings {
  /** A Lambda; what it throws is an error by the name of what was thrown. */
  invoke(functionArn: string, payload: unknown): Promise<unknown>;
  /** Between two tries. */
  sleep(ms: number): Promise<void>;
  /** From 0 to 1, for jitter. */
  random(): number;
}

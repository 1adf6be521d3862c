/** What a state machine uses of its platform. */
export interface Platform {
  /** Invokes a Lambda. The name of an exception is the name of the error. */
  invoke(functionArn: string, payload: unknown): Promise<unknown>;
  /** Waits between two attempts. */
  sleep(ms: number): Promise<void>;
  /** From 0 to 1, for jitter. */
  random(): number;
}

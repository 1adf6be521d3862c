import { type Clock, type Random, randomId, systemClock, systemRandom } from "@lmnh/plant-schema/model";

/** The environment, time, randomness and signals of the Lambda's process, passed to everything below it. */
export interface Host {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: () => string;
  /** Calls the listener when the platform is about to end the process. */
  readonly onStop: (listener: () => void) => void;
  /** Ends the process by the signal that the platform sent. */
  readonly endProcess: () => void;
}

/** The host of this process. */
export function processHost(): Host {
  return {
    environment: process.env,
    clock: systemClock,
    random: systemRandom,
    newId: randomId,
    onStop: (listener) => process.once("SIGTERM", listener),
    // By the signal, which no longer has a listener: process.exit would wait for the runtime client for ever.
    endProcess: () => process.kill(process.pid, "SIGTERM"),
  };
}

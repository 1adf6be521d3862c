import type { Connection } from "tedious";
import { PlantSchemaError } from "../errors.js";
import { explainRequestError } from "./request-errors.js";

export interface IdleTimeout {
  /** Something came: the time begins anew. */
  reset(): void;
  /** Nobody listens for now. */
  pause(): void;
  resume(): void;
  /** Ends the watch, and explains the error with which the request has ended. */
  end(): void;
  explain(error: unknown): unknown;
}

/** Time for the server to say that it has stopped. */
const stopTimeMs = 2_000;

/**
 * Gives the connection up when the server has been silent for too long. It is asked to stop first, because some servers
 * go on for a client that is gone.
 */
export function startIdleTimeout(connection: Connection, timeoutMs: number): IdleTimeout {
  let silent = false;
  const start = () =>
    setTimeout(() => {
      silent = true;
      timer = setTimeout(() => connection.close(), stopTimeMs);
      connection.cancel();
    }, timeoutMs);
  let timer = start();
  const end = () => clearTimeout(timer);
  return {
    reset: () => timer.refresh(),
    pause: end,
    resume() {
      end();
      timer = start();
    },
    end,
    explain(error) {
      if (!silent) return explainRequestError(error, connection.closed);
      // Not at once: where it is the driver that closes it, this is called in the middle of that.
      queueMicrotask(() => connection.close());
      return new PlantSchemaError(
        "CONNECTION_LOST",
        "retry",
        `The database was silent for ${timeoutMs / 1000} s, and the connection was given up. Try again; if it stays: plant doctor`,
        { cause: error },
      );
    },
  };
}

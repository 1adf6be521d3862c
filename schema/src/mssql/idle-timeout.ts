import type { Connection } from "tedious";
import { PlantSchemaError } from "../errors.js";
import { explainRequestError } from "./request-errors.js";

export interface IdleTimeout {
  /** Starts the time again, because data arrived. */
  reset(): void;
  /** Stops the time while the client reads nothing. */
  pause(): void;
  resume(): void;
  end(): void;
  /** Explains the error with which the request ended. */
  explain(error: unknown): unknown;
}

/** Time for the server to confirm that it has stopped. */
const stopTimeMs = 2_000;

/**
 * Closes the connection if the server sends nothing for `timeoutMs`. It cancels the request first, because some servers
 * continue after the client has disconnected.
 */
export function startIdleTimeout(connection: Connection, timeoutMs: number): IdleTimeout {
  let timedOut = false;
  const start = () =>
    setTimeout(() => {
      timedOut = true;
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
      if (!timedOut) return explainRequestError(error, connection.closed);
      // Later, because the driver may be closing it at this moment.
      queueMicrotask(() => connection.close());
      return new PlantSchemaError(
        "CONNECTION_LOST",
        "retry",
        `The database sent nothing for ${timeoutMs / 1000} s, and the connection was closed. Try again.`,
        { cause: error },
      );
    },
  };
}

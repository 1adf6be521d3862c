import type { Connection } from "tedious";
import { PlantSchemaError } from "./errors.js";
import { explainRequestError } from "./explain-mssql-error.js";

export interface SilenceWatch {
  /** Something came: the time begins anew. */
  heard(): void;
  /** Nobody listens for now. */
  pause(): void;
  resume(): void;
  /** Ends the watch, and explains the error with which the request has ended. */
  end(): void;
  explain(error: unknown): unknown;
}

/**
 * Ends the connection when the server has been silent for too long, and with that what the server does on it: to ask it
 * politely would need an answer.
 */
export function watchSilence(connection: Connection, timeoutMs: number): SilenceWatch {
  let silent = false;
  const start = () =>
    setTimeout(() => {
      silent = true;
      connection.close();
    }, timeoutMs);
  let timer = start();
  const end = () => clearTimeout(timer);
  return {
    heard: () => timer.refresh(),
    pause: end,
    resume() {
      end();
      timer = start();
    },
    end,
    explain(error) {
      if (!silent) return explainRequestError(error, connection.closed);
      return new PlantSchemaError(
        "DATABASE_LOST",
        "retry",
        `The database was silent for ${timeoutMs / 1000} s, and the connection was given up. Try again; if it stays: plant doctor`,
        { cause: error },
      );
    },
  };
}

import type { Notifier } from "../ports.js";
import { plainText } from "./plain-text.js";

/** Writes each message to a log, a line at a time. */
export function logNotifier(write: (line: string) => void): Notifier {
  return {
    name: "log",
    sendsResolved: true,
    async notify(message) {
      for (const line of plainText(message)) if (line !== "") write(line);
    },
  };
}

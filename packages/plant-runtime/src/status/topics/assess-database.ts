import { describeBytes } from "../../describe-bytes.js";
import type { DatabaseFacts } from "../status-facts.js";
import type { Assessment } from "../status-report.js";

export function assessDatabase({ name, bytes }: DatabaseFacts): Assessment {
  return { text: `${name}${bytes === null ? "" : `, ${describeBytes(bytes)}`}`, problems: [] };
}

import { escapeControls, redact } from "@lmnh/plant-runtime";

const maxShown = 4_000;
const maxRead = 10 * maxShown;

/** A text for a terminal or a log: one line of limited length without secrets and control characters. */
export function printable(text: string): string {
  const line = escapeControls(redact(text.slice(0, maxRead)));
  if (text.length <= maxRead && line.length <= maxShown) return line;
  return `${line.slice(0, maxShown).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** A document as one line of JSON without secrets; control characters are escaped. */
export function printableJson(document: unknown): string {
  return escapeControls(
    JSON.stringify(document, (_key, value: unknown) => (typeof value === "string" ? redact(value) : value)),
  );
}

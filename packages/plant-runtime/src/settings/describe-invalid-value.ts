import { redact } from "./redact.js";

const maxShown = 80;

/**
 * An invalid value for an error message; `null` if it may contain a secret. An unreadable text may be an invalid URL,
 * connection string or option, of which only the beginning is safe to show.
 */
export function describeInvalidValue(text: string): string | null {
  if (/[@=]/.test(text) || redact(text) !== text) return null;
  const [, scheme, rest = ""] = /^([a-z][\w+.-]*:)(.*)$/is.exec(text) ?? [];
  if (scheme !== undefined && !/^(?:\/\/[\w.-]*(?::\d{1,5})?(?:\/[\w./-]*)?)?$/.test(rest))
    return `${scheme}…`;
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}

import { redact } from "./redact.js";

const maxShown = 80;

/**
 * A refused value as an error may repeat it; `null` where it may hold a secret. A text that cannot be read may be
 * almost a URL, a connection string or an option, and only its beginning shows which.
 */
export function showInvalid(text: string): string | null {
  if (/[@=]/.test(text) || redact(text) !== text) return null;
  const [, scheme, rest = ""] = /^([a-z][\w+.-]*:)(.*)$/is.exec(text) ?? [];
  if (scheme !== undefined && !/^(?:\/\/[\w.-]*(?::\d{1,5})?(?:\/[\w./-]*)?)?$/.test(rest))
    return `${scheme}…`;
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}

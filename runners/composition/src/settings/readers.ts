import { PlantEtlError, parseRoster, parseTimestamp, type Roster } from "@lmnh/plant-etl";
import { z } from "zod";

/** A schema made of a function that gives `undefined` for what it cannot read. */
export function reader<Value>(
  message: string,
  read: (text: string) => Value | undefined,
): z.ZodType<Value, string> {
  return z.string().transform((text, context) => {
    const value = read(text.trim());
    if (value !== undefined) return value;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });
}

export function wholeNumber(low: number, high: number): z.ZodType<number, string> {
  return reader(`must be a whole number from ${low} to ${high}`, (text) => {
    const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= low && value <= high ? value : undefined;
  });
}

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds. The ends are included and written as a user would. */
export function duration(low: string, high: string): z.ZodType<number, string> {
  const lowMs = readDuration(low) ?? 0;
  const highMs = readDuration(high) ?? 0;
  return reader(`must be a duration from ${low} to ${high}, such as 500ms, 10s, 5m, 24h or 7d`, (text) => {
    const ms = readDuration(text);
    return ms !== undefined && ms >= lowMs && ms <= highMs ? ms : undefined;
  });
}

export function readDuration(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,12})(ms|s|m|h|d)$/.exec(text) ?? [];
  const unitMs = unitsMs[unit ?? ""];
  return unitMs === undefined ? undefined : Number(count) * unitMs;
}

/** A share, 0…1, of a text such as `10%` or `0.5%`. */
export const percentage = reader("must be a percentage from 0% to 100%, such as 10%", (text) => {
  const percent = Number(/^(\d{1,3}(?:\.\d{1,6})?)%$/.exec(text)?.[1]);
  return percent <= 100 ? percent / 100 : undefined;
});

/** A share, 0…1. */
export const share = reader("must be a share from 0 to 1, such as 0.02", (text) => {
  const value = /^\d?\.?\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return value <= 1 ? value : undefined;
});

/** Minutes east of UTC. */
export const utcOffset = reader("must be an offset from UTC such as +00:00 or -05:30", (text) => {
  const [, sign, hours, minutes] = /^([+-])(\d\d):([0-5]\d)$/.exec(text) ?? [];
  const total = Number(hours) * 60 + Number(minutes);
  return total <= 14 * 60 ? (sign === "-" ? -total : total) : undefined;
});

/** Milliseconds since the epoch. */
export const instant = reader("must be a time with its zone, such as 2026-03-01T12:00:00Z", (text) =>
  /(Z|[+-]\d\d:?\d\d)$/i.test(text) ? (parseTimestamp(text, 0) ?? undefined) : undefined,
);

/** The text of the URL as it was given. */
export const httpUrl = reader("must be a URL that begins with http:// or https://", (text) =>
  /^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined,
);

export const text = reader("must not be empty", (value) => (value === "" ? undefined : value));

export function oneOf<Value extends string>(...values: readonly Value[]): z.ZodType<Value, string> {
  return reader(`must be one of ${values.join(", ")}`, (given) => values.find((value) => value === given));
}

export const yesOrNo: z.ZodType<boolean, string> = reader("must be true or false", (given) =>
  given === "true" ? true : given === "false" ? false : undefined,
);

const discover: Roster = { kind: "discover", from: 0, stopAfter: 10, upTo: 100_000 };

export const roster: z.ZodType<Roster, string> = z.string().transform((given, context): Roster => {
  if (given.trim() === "discover") return discover;
  try {
    return parseRoster(given);
  } catch (error) {
    if (!(error instanceof PlantEtlError)) throw error;
    context.addIssue({
      code: "custom",
      message: `must be "discover" or a list such as 1-50,60 (${error.message})`,
    });
    return z.NEVER;
  }
});

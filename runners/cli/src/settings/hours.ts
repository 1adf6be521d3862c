import { type HourRange, parseHours } from "@lmnh/plant-archive";
import { ExitCode, setting, textParser, UserError, type Values } from "@lmnh/plant-runtime";

export const hoursForm = "an hour such as 2026-01-28T14, or a UTC day such as 2026-01-28";

const hours = textParser(
  `must be ${hoursForm}`,
  (text) => parseHours(text) ?? undefined,
  (text) => {
    const hour = /^\d{4}-\d\d-\d\d[T ]\d\d/.exec(text)?.[0].replace(" ", "T");
    return hour !== undefined && parseHours(hour) !== null ? hour : undefined;
  },
);

/** The first and the last hour of a range; `--to` is inclusive, because a day or an hour is meant, not an instant. */
export const rangeSettings = {
  from: setting({
    flag: "--from <hour>",
    description: `The first hour: ${hoursForm}`,
    parse: hours,
  }),
  to: setting({
    flag: "--to <hour>",
    description: "The last hour, or the last UTC day, inclusive",
    parse: hours,
  }),
};

/** The hours from `--from` to `--to`; without them from the first or to the last hour that there can be. */
export function rangeOf({ from, to }: Partial<Values<typeof rangeSettings>>): HourRange {
  const range = { first: from?.first ?? everyHour.first, last: to?.last ?? everyHour.last };
  if (range.first > range.last)
    throw new UserError(ExitCode.usage, "--from has to be before --to. Give an earlier --from");
  return range;
}

export const everyHour = { first: "0000-01-01T00", last: "9999-12-31T23" } as HourRange;

import type { ApiVersion } from "./api-version.js";
import { hash } from "./hash.js";

interface PhoneParts {
  readonly area: string;
  readonly exchange: string;
  readonly line: string;
  /** `""` for none. */
  readonly extension: string;
}

type PhoneFormat = (parts: PhoneParts) => string;

const dotted: PhoneFormat = ({ area, exchange, line }) => `${area}.${exchange}.${line}`;
const dashed: PhoneFormat = ({ area, exchange, line }) => `${area}-${exchange}-${line}`;
const bare: PhoneFormat = ({ area, exchange, line }) => `${area}${exchange}${line}`;
const bracketed: PhoneFormat = ({ area, exchange, line }) => `(${area})${exchange}-${line}`;
const bracketedSpaced: PhoneFormat = ({ area, exchange, line }) => `(${area}) ${exchange}-${line}`;
const plusOne: PhoneFormat = (parts) => `+1-${dashed(parts)}`;
const one: PhoneFormat = (parts) => `1-${dashed(parts)}`;
const zeroZeroOne: PhoneFormat = (parts) => `001-${dashed(parts)}`;

const early = {
  plain: [dotted, dashed, plusOne, zeroZeroOne],
  extended: [plusOne, bracketed, zeroZeroOne],
  sign: "x",
};
const formats = {
  v0: early,
  v1: early,
  v2: { plain: [dotted, dashed], extended: [dotted, bracketedSpaced, one], sign: " x" },
  v3: { plain: [bare, dotted], extended: [bracketed, plusOne], sign: "x" },
} satisfies Record<ApiVersion, { plain: PhoneFormat[]; extended: PhoneFormat[]; sign: string }>;

/**
 * A North American number as the era writes it; any other number as it is. In v0 `occasion` makes another (fictitious)
 * number of it each time, as that API did; from v1 on a number has one form and keeps it.
 */
export function phoneOf(apiVersion: ApiVersion, phone: string, occasion: readonly number[]): string {
  const own = readPhone(phone);
  if (own === undefined) return phone;
  const draw = apiVersion === "v0" ? hash("phone", ...occasion) : hash("phone", Number(bare(own)));
  const parts = apiVersion === "v0" ? fictitious(own, draw) : own;
  const { plain, extended, sign } = formats[apiVersion];
  const choice = parts.extension === "" ? plain : extended;
  const format = choice[draw % choice.length] ?? dashed;
  return parts.extension === "" ? format(parts) : `${format(parts)}${sign}${parts.extension}`;
}

function readPhone(phone: string): PhoneParts | undefined {
  const [number = "", extension = ""] = phone.split("x", 2);
  const match = /^(?:00)?1?(\d{3})(\d{3})(\d{4})$/.exec(number.replace(/\D/g, ""));
  if (match === null) return undefined;
  const [, area = "", exchange = "", line = ""] = match;
  return { area, exchange, line, extension: extension.trim() };
}

/** 555-0100 to 555-0199 are kept free for fiction. */
function fictitious({ area }: PhoneParts, draw: number): PhoneParts {
  const line = `01${String((draw >>> 4) % 100).padStart(2, "0")}`;
  const extension = (draw >>> 12) % 2 === 0 ? "" : String(100 + ((draw >>> 13) % 99_900));
  return { area, exchange: "555", line, extension };
}

import { hash } from "./hash.js";

/** How one version of the API writes phone numbers. */
export interface PhoneStyle {
  /** Formats of a number without an extension; each number keeps one of them. */
  readonly plain: readonly PhoneFormat[];
  /** Formats of a number with an extension. */
  readonly extended: readonly PhoneFormat[];
  /** Stands before an extension. */
  readonly extensionSign: string;
  /** Whether each response has another number. */
  readonly isRandom: boolean;
}

interface PhoneParts {
  readonly area: string;
  readonly exchange: string;
  readonly line: string;
  /** `""` for none. */
  readonly extension: string;
}

export type PhoneFormat = (parts: PhoneParts) => string;

export const dotted: PhoneFormat = ({ area, exchange, line }) => `${area}.${exchange}.${line}`;
export const dashed: PhoneFormat = ({ area, exchange, line }) => `${area}-${exchange}-${line}`;
export const bare: PhoneFormat = ({ area, exchange, line }) => `${area}${exchange}${line}`;
export const bracketed: PhoneFormat = ({ area, exchange, line }) => `(${area})${exchange}-${line}`;
export const bracketedSpaced: PhoneFormat = ({ area, exchange, line }) => `(${area}) ${exchange}-${line}`;
export const plusOne: PhoneFormat = (parts) => `+1-${dashed(parts)}`;
export const one: PhoneFormat = (parts) => `1-${dashed(parts)}`;
export const zeroZeroOne: PhoneFormat = (parts) => `001-${dashed(parts)}`;

/** Writes a North American number in the given style. Any other number stays as it is. */
export function formatPhone(style: PhoneStyle, phone: string, drawKey: readonly number[]): string {
  const own = parsePhone(phone);
  if (own === undefined) return phone;
  const draw = style.isRandom ? hash("phone", ...drawKey) : hash("phone", Number(bare(own)));
  const parts = style.isRandom ? fictitious(own, draw) : own;
  const formats = parts.extension === "" ? style.plain : style.extended;
  const format = formats[draw % formats.length] ?? dashed;
  return parts.extension === "" ? format(parts) : `${format(parts)}${style.extensionSign}${parts.extension}`;
}

function parsePhone(phone: string): PhoneParts | undefined {
  const [number = "", extension = ""] = phone.split("x", 2);
  const match = /^(?:00)?1?(\d{3})(\d{3})(\d{4})$/.exec(number.replace(/\D/g, ""));
  if (match === null) return undefined;
  const [, area = "", exchange = "", line = ""] = match;
  return { area, exchange, line, extension: extension.trim() };
}

/** 555-0100 to 555-0199 are reserved for fiction. */
function fictitious({ area }: PhoneParts, draw: number): PhoneParts {
  const line = `01${String((draw >>> 4) % 100).padStart(2, "0")}`;
  const extension = (draw >>> 12) % 2 === 0 ? "" : String(100 + ((draw >>> 13) % 99_900));
  return { area, exchange: "555", line, extension };
}

import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js";
import { invalidOption } from "../check-options.js";
import { memoize } from "./memoize.js";
import { normalizeName } from "./normalize-name.js";

const extended = /^(?<main>.*?)\s*(?:;ext=|,?\s*(?:extension|ext\.?|x\.?|#)\s*:?\s*)(?<extension>\d{1,20})$/i;

/**
 * Normalizes a phone number to E.164, followed by ` x` and the extension, if any (`+13055550162 x591`). No digit is lost
 * or added except the country code. A number that cannot be parsed unambiguously stays as it is, without control and
 * invisible characters.
 *
 * @param region the country of a number without a country code, ISO 3166-1 alpha-2
 */
export function normalizePhone(text: string, region: string): string {
  return normalizerOf(region)(text);
}

/** @throws PlantEtlError `OPTION_INVALID` for anything that is not a region of phone numbers, in capitals */
export function checkPhoneRegion(region: string): string {
  if (typeof region === "string" && isSupportedCountry(region)) return region;
  throw invalidOption(
    `phoneRegion must be an ISO 3166-1 alpha-2 code such as GB, not ${JSON.stringify(region)}`,
  );
}

/** Memoized: parsing a number takes longer than the rest of its response. */
const normalizerOf = memoize((region) => memoize((text) => toE164(normalizeName(text) ?? "", region)));

function toE164(text: string, region: string): string {
  const { main = text, extension } = extended.exec(text)?.groups ?? {};
  const digits = main.replace(/\D/g, "");
  // The API writes "+1-…" as "001-…".
  const dialled = digits.startsWith("00") && isInternational(digits) ? `+${digits.slice(2)}` : main;
  const number = parsePhoneNumberFromString(
    dialled,
    isSupportedCountry(region) ? (region as CountryCode) : undefined,
  );
  if (!number?.isPossible() || !keepsDigits(digits, number.nationalNumber, number.countryCallingCode))
    return text;
  return extension === undefined ? number.number : `${number.number} x${extension}`;
}

/** Whether the parser dropped nothing but a prefix that E.164 expresses otherwise. */
function keepsDigits(digits: string, national: string, callingCode: string): boolean {
  const international = isInternational(digits) ? [`00${callingCode}`, `011${callingCode}`] : [];
  const prefixes = ["", "0", "1", callingCode, ...international];
  return prefixes.some((prefix) => digits === prefix + national);
}

/** Whether leading zeros can be an international prefix; those of a shorter number may be its own. */
function isInternational(digits: string): boolean {
  return digits.length >= 12;
}

import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js";
import { memoize } from "./memoize.js";
import { normalizeName } from "./normalize-name.js";

const extended = /^(?<main>.*?)\s*(?:;ext=|,?\s*(?:extension|ext\.?|x\.?|#)\s*:?\s*)(?<extension>\d{1,20})$/i;

/**
 * Brings a phone number to one form: E.164, with ` x` and the extension where there is one (`+13055550162 x591`).
 * No digit is ever lost or added except the country code; a number that cannot be read with certainty stays as it was said,
 * without control and invisible characters.
 *
 * @param region whose rules a number without a country code follows, ISO 3166-1 alpha-2
 */
export function normalizePhone(text: string, region: string): string {
  return phonesOf(region)(text);
}

/** Reading a number takes longer than the rest of its answer. */
const phonesOf = memoize((region) => memoize((text) => readPhone(normalizeName(text) ?? "", region)));

function readPhone(said: string, region: string): string {
  const { main = said, extension } = extended.exec(said)?.groups ?? {};
  const digits = main.replace(/\D/g, "");
  // "001-…" is how the API writes "+1-…"; a shorter number may begin with zeros of its own.
  const dialled = digits.startsWith("00") && digits.length >= 12 ? `+${digits.slice(2)}` : main;
  const number = parsePhoneNumberFromString(
    dialled,
    isSupportedCountry(region) ? (region as CountryCode) : undefined,
  );
  if (!number?.isPossible() || !keepsDigits(digits, number.nationalNumber, number.countryCallingCode))
    return said;
  return extension === undefined ? number.number : `${number.number} x${extension}`;
}

/** Whether the parser left out no more than a prefix that the canonical form says in its own way. */
function keepsDigits(digits: string, national: string, callingCode: string): boolean {
  const prefixes = ["", "0", "1", callingCode, `00${callingCode}`, `011${callingCode}`];
  return prefixes.some((prefix) => digits === prefix + national);
}

import countries from "i18n-iso-countries/index.js";
import english from "i18n-iso-countries/langs/en.json";

countries.registerLocale(english);

/** Former and short names that i18n-iso-countries does not have. */
const otherNames: Readonly<Record<string, string>> = {
  "democratic people's republic of korea": "KP",
  "kyrgyz republic": "KG",
  "libyan arab jamahiriya": "LY",
  macedonia: "MK",
  micronesia: "FM",
  moldova: "MD",
  "palestinian territory": "PS",
  reunion: "RE",
  "saint martin": "MF",
  "sint maarten": "SX",
  "svalbard and jan mayen islands": "SJ",
  swaziland: "SZ",
};

/** The ISO 3166-1 alpha-2 code of a country's English name; `null` if it has none or is ambiguous. */
export function countryCode(name: string): string | null {
  const plain = name
    .replace(/\s*\([^)]*\)\s*$/, "")
    .replaceAll("&", "and")
    .replaceAll("’", "'");
  for (const spelling of [name, plain]) {
    const code = countries.getAlpha2Code(spelling, "en") ?? countries.getSimpleAlpha2Code(spelling, "en");
    if (code !== undefined) return code;
  }
  return otherNames[plain.toLowerCase()] ?? null;
}

/** The English name of an ISO 3166-1 alpha-2 code; `null` for an unknown code. */
export function countryName(code: string): string | null {
  return countries.getName(code.toUpperCase(), "en") ?? null;
}

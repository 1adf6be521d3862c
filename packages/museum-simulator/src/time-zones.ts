/** The time zone of a place in v0 and v1. One per country is enough for the shipped places. */
export function timeZoneOf(countryCode: string | null): string {
  return zones[countryCode ?? ""] ?? "Etc/UTC";
}

const zones: Readonly<Record<string, string>> = {
  AU: "Australia/Sydney",
  BR: "America/Sao_Paulo",
  CI: "Africa/Abidjan",
  CL: "America/Santiago",
  CN: "Asia/Shanghai",
  CO: "America/Bogota",
  EC: "America/Guayaquil",
  ES: "Europe/Madrid",
  ID: "Asia/Jakarta",
  IN: "Asia/Kolkata",
  JP: "Asia/Tokyo",
  MA: "Africa/Casablanca",
  MG: "Indian/Antananarivo",
  MX: "America/Mexico_City",
  MY: "Asia/Kuching",
  NZ: "Pacific/Auckland",
  PE: "America/Lima",
  TR: "Europe/Istanbul",
  TZ: "Africa/Dar_es_Salaam",
  US: "America/New_York",
  VE: "America/Caracas",
  ZA: "Africa/Johannesburg",
};

/** What the API says of a plant instead of a reading; `undefined` for anything else. */
export type ApiError = "not-found" | "on-loan" | "sensor-fault";

/** Reads the API's own error bodies: JSON with a text at `error`. */
export function readApiError(status: number, body: string): ApiError | undefined {
  if (status !== 404 && status !== 500) return undefined;
  const error = errorText(body);
  if (status === 500) return /\bsensor fault\b/i.test(error) ? "sensor-fault" : undefined;
  if (/\bon loan\b/i.test(error)) return "on-loan";
  return /\bnot found\b/i.test(error) ? "not-found" : undefined;
}

function errorText(body: string): string {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== "object" || value === null || !("error" in value)) return "";
    return typeof value.error === "string" ? value.error : "";
  } catch {
    return "";
  }
}

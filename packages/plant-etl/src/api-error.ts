import type { NoticeKind } from "./batch.js";

/** The API's own error that a body is; `null` for any other body, invalid JSON included. */
export function parseApiNotice(body: string): NoticeKind | null {
  return classifyApiError(parseJson(body));
}

/** As `parseApiNotice`, of a parsed body, by the text of its `error`. */
export function classifyApiError(value: unknown): NoticeKind | null {
  const error = typeof value === "object" && value !== null && "error" in value ? value.error : undefined;
  if (typeof error !== "string") return null;
  if (/\bplant on loan\b/i.test(error)) return "on_loan";
  if (/\bplant not found\b/i.test(error)) return "not_found";
  if (/\bplant sensor fault\b/i.test(error)) return "sensor_fault";
  return null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

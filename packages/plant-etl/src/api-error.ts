import { z } from "zod";
import type { NoticeKind } from "./batch.js";

const errorBody = z.object({ error: z.string() });

/** Which of its own errors the API's answer is, by its text; `null` for anything else, broken JSON included. */
export function readApiError(body: string): NoticeKind | null {
  const said = errorBody.safeParse(parseJson(body));
  if (!said.success) return null;
  if (/\bon loan\b/i.test(said.data.error)) return "on_loan";
  if (/\bnot found\b/i.test(said.data.error)) return "not_found";
  if (/\bsensor fault\b/i.test(said.data.error)) return "sensor_fault";
  return null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { readFile } from "node:fs/promises";
import { ExitCode, UserError } from "@lmnh/plant-runtime";
import { decodeFile } from "./settings/decode-file.js";

/** Reads a file of UTF-8, or of UTF-16 with a byte order mark. Throws a `UserError` for one that is not. */
export async function readText(path: string): Promise<string> {
  const decoded = decodeFile(await readFile(path));
  if ("text" in decoded) return decoded.text;
  throw new UserError(ExitCode.dataError, `${path} ${decoded.problem}.`);
}

import { readFile } from "node:fs/promises";
import { ExitCode, UserError } from "@lmnh/plant-runtime";
import { decodeFile } from "./decode-file.js";

/**
 * Reads a file in UTF-8, or in UTF-16 with a byte order mark.
 *
 * @throws UserError for any other encoding
 */
export async function readText(path: string): Promise<string> {
  const decoded = decodeFile(await readFile(path));
  if ("text" in decoded) return decoded.text;
  throw new UserError(ExitCode.dataError, `${path} ${decoded.problem}.`);
}

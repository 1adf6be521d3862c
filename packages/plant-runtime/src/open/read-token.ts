import { readFile } from "node:fs/promises";
import { reasonOf } from "@lmnh/plant-schema/internal";
import { UserError } from "../errors.js";
import { ExitCode } from "../exit-codes.js";
import { isBearerToken } from "../settings/header-values.js";

/**
 * The token in a file, without spaces and line breaks around it. The message of an error does not contain it.
 *
 * @throws UserError if the file is unreadable or has other content
 */
export async function readToken(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new UserError(
      ExitCode.configuration,
      `The token file ${path} (--api-token-file) is unreadable: ${reasonOf(cause)}. Check the path and its permissions`,
      { cause },
    );
  });
  const token = text.trim();
  if (isBearerToken(token)) return token;
  throw new UserError(
    ExitCode.configuration,
    `The token file ${path} (--api-token-file) has ${token === "" ? "no content" : "more than one word"}: it must contain one token`,
  );
}

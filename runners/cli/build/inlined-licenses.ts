import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The licences of the libraries whose code is in dist. */
export function inlinedLicenses(libraries: readonly string[]): string {
  return libraries
    .map((name) => {
      const file = new URL(`../../../node_modules/${name}/LICENSE`, import.meta.url);
      return `${name}\n\n${readFileSync(fileURLToPath(file), "utf8").trim()}\n`;
    })
    .join("\n----\n\n");
}

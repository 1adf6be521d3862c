import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The licences of the libraries whose code is in dist. */
export function inlinedLicenses(libraries: readonly string[]): string {
  return libraries
    .map((name) => {
      const files = ["LICENSE", "LICENSE.md"].map((file) =>
        fileURLToPath(new URL(`../../../node_modules/${name}/${file}`, import.meta.url)),
      );
      const file = files.find(existsSync);
      if (file === undefined) throw new Error(`${name} has no licence file`);
      return `${name}\n\n${readFileSync(file, "utf8").trim()}\n`;
    })
    .join("\n----\n\n");
}

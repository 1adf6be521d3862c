import { similarName } from "@lmnh/plant-runtime";

/**
 * Warnings about files whose names resemble a missing settings file, a line each: `plant.config.jsonc`, `.env.txt`.
 *
 * @param files the names of the files in the working directory
 */
export function misnamedFiles(files: readonly string[], missing: readonly string[]): string[] {
  return missing.flatMap((wanted) =>
    files
      .filter((file) => isMisnamed(file, wanted))
      .slice(0, 3)
      .map((file) => `${file} is not read; did you mean ${wanted}?`),
  );
}

function isMisnamed(file: string, wanted: string): boolean {
  // Windows' Notepad adds it, and its Explorer hides it.
  const name = file.replace(/\.txt$/i, "");
  if (wanted === ".env") return /^\.?(?:env|evn|nev)$/i.test(name);
  const isConfig = /^\.?plants?[._-]?conf(?:ig)?(?:\.(?:json[5c]?|jsn|js|ya?ml|toml))?$/i.test(name);
  return isConfig || (name.endsWith(".json") && similarName(name, [wanted]) !== undefined);
}

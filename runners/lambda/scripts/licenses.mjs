// The licences of what a bundle has inside, for LICENSES.txt beside it.
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** The texts of a bundle's libraries, from its metafile; each text once, after the names of its libraries. */
export function licensesOf({ outputs }) {
  const names = new Map();
  const files = Object.values(outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((file) => inputs[file].bytesInOutput > 0),
  );
  const folders = files.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0]);
  for (const folder of new Set(folders.filter(Boolean))) {
    const name = folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length);
    const text = textOf(folder);
    names.set(text, [...(names.get(text) ?? []), name]);
  }
  // What a package of ours has inlined is in its own dist/.
  const dists = new Set(files.map((file) => /^.*\/plant-[a-z]+\/dist(?=\/)/.exec(file)?.[0]).filter(Boolean));
  return [
    ...Array.from(names, ([text, libraries]) => `${libraries.sort().join("\n")}\n\n${text}\n`).sort(),
    ...[...dists]
      .sort()
      .map((dist) => `${dist}/LICENSES.txt`)
      .filter(existsSync)
      .map((file) => readFileSync(file, "utf8")),
  ].join("\n----\n\n");
}

/** Some libraries name their licence in the manifest alone. */
function textOf(folder) {
  const files = readdirSync(folder)
    .filter((name) => /^(licen[cs]e|notice)(\.|$)/i.test(name))
    .sort();
  if (files.length > 0)
    return files.map((name) => readFileSync(`${folder}/${name}`, "utf8").trim()).join("\n\n");
  const { license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  if (typeof license !== "string") throw new Error(`${folder} has no licence`);
  return `Licence: ${license}`;
}

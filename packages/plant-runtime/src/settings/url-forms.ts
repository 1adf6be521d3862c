import type { Dialect } from "@lmnh/plant-schema";

/** How the URLs of one kind of database or archive begin, and their form in messages. */
interface UrlForm {
  readonly pattern: RegExp;
  readonly form: string;
}

/** The scheme of a URL is the name of the dialect. */
export const databaseUrls: Readonly<Record<Dialect, UrlForm>> = {
  sqlite: { pattern: /^sqlite:./, form: "sqlite:FILE" },
  mssql: { pattern: /^mssql:\/\/./, form: "mssql://USER:PASSWORD@HOST:PORT/DATABASE" },
};

export type ArchiveKind = "directory" | "s3";

export const archiveUrls: Readonly<Record<ArchiveKind, UrlForm>> = {
  directory: { pattern: /^file:./, form: "file:DIR" },
  s3: { pattern: /^s3:\/\/./, form: "s3://BUCKET/PREFIX" },
};

/** The kind of a URL; `undefined` for another scheme. */
export function kindOfUrl<Kind extends string>(
  urls: Readonly<Record<Kind, UrlForm>>,
  url: string,
): Kind | undefined {
  return (Object.keys(urls) as Kind[]).find((kind) => urls[kind].pattern.test(url));
}

/** The forms of all kinds, as `A, B or C`. */
export function describeForms(urls: Readonly<Record<string, UrlForm>>): string {
  const forms = Object.values(urls).map(({ form }) => form);
  return [forms.slice(0, -1).join(", "), ...forms.slice(-1)].join(" or ");
}

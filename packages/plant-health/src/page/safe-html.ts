/** Markup whose parts are either written here or escaped. Only `html` and `trustedHtml` make it. */
export class SafeHtml {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type HtmlValue = string | number | null | undefined | false | SafeHtml | readonly HtmlValue[];

/**
 * Markup of a template. Strings in it are escaped, so that they are text, or the value of an attribute in double quotes,
 * whatever they contain; lists are joined; `null`, `undefined` and `false` are nothing.
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): SafeHtml {
  const parts = withoutIndentation(strings);
  let text = parts[0] ?? "";
  for (const [index, value] of values.entries()) text += markupOf(value) + (parts[index + 1] ?? "");
  return new SafeHtml(text);
}

/** Text that is markup already: constants of this package, never what was loaded. */
export function trustedHtml(text: string): SafeHtml {
  return new SafeHtml(text);
}

/**
 * The one escaper. Control characters, which HTML does not allow, and bidirectional controls, which reorder the text around
 * them, are removed.
 */
export function escapeHtml(text: string): string {
  return unsafe.test(text) ? text.replace(removed, "").replace(special, (one) => entities[one] ?? "") : text;
}

const removed =
  /(?![\t\n])[\p{Cc}\p{Cs}]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]|\p{Noncharacter_Code_Point}/gu;
const special = /[&<>"'`]/g;
const unsafe = new RegExp(`${removed.source}|${special.source}`, "u");
const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

function markupOf(value: HtmlValue): string {
  if (typeof value === "string") return escapeHtml(value);
  if (typeof value === "number") return String(value);
  if (value instanceof SafeHtml) return value.toString();
  if (value === null || value === undefined || value === false) return "";
  return value.map(markupOf).join("");
}

const stripped = new WeakMap<TemplateStringsArray, readonly string[]>();

function withoutIndentation(strings: TemplateStringsArray): readonly string[] {
  const known = stripped.get(strings);
  if (known !== undefined) return known;
  const parts = strings.map((part) => part.replace(/\n\s+/g, "\n"));
  stripped.set(strings, parts);
  return parts;
}

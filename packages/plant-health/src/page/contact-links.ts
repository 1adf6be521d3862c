/** `tel:` of a number as the pipeline stores it: E.164, then perhaps " x" and an extension. `null` for another form. */
export function telLink(phone: string): string | null {
  const match = /^(\+\d{6,15})(?: x(\d{1,10}))?$/.exec(phone);
  if (match === null) return null;
  const [, number = "", extension] = match;
  return `tel:${number}${extension === undefined ? "" : `;ext=${extension}`}`;
}

/** `mailto:` of an address without anything that could add a receiver or a header. `null` for another form. */
export function mailLink(address: string, subject: string | null = null): string | null {
  if (!/^[^\s@<>()[\]",:;\\?&%#]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/iu.test(address)) return null;
  const [local = "", domain = ""] = address.split("@");
  const link = `mailto:${encodeURIComponent(local.toWellFormed())}@${domain}`;
  return subject === null ? link : `${link}?subject=${encodeURIComponent(subject.toWellFormed())}`;
}

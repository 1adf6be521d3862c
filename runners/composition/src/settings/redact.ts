/** What help texts have where a user and a password would be. */
const form = "://USER:PASSWORD@HOST";

/** `HOST:PORT`, as no user and password would be written: the port is followed by a path, or by the end of a word. */
const portEnd = String.raw`:\d{1,5}(?=[/?#&\s]|$|[.,;:!)\]}"'>]+(?:\s|$))`;
const place = String.raw`(?:[^/?#\s:@]*\.[^/?#\s:@]*|localhost|\[[\da-f:.]*\])`;

/** A database's URL has a password up to its last "@", which may hold any sign, and may have been left as it is. */
const ofDatabase = /\bmssql:\/\/.*@(?!\s)/gis;
/** Any other URL may have one. */
const beforeHost = new RegExp(
  String.raw`:\/\/(?!\[[\da-f:.]*\])(?=[^/?#\s:@]*[:@])(?:(?!${place}${portEnd}).*|\S*)@(?!\s)`,
  "gis",
);
/** Without an "@" what follows a name and a colon is a port, or a password whose host is missing. */
const withoutHost = new RegExp(String.raw`:\/\/([^:/@?#[\s]*)(?!${portEnd}):\S+`, "gi");

const named =
  /(password|passwd|pwd|secret|token|signature|credential|(?:access|account|api|secret)[-_]?key(?:[-_]?id)?|(?<=[?&;])key)=(?:"[^"]*"|'[^']*'|\{[^}]*\}|[^;&\s"']*)/gi;

/** Text without the credentials of URLs and connection strings that stand in it. */
export function redact(text: string): string {
  return text.split(form).map(redactPart).join(form);
}

function redactPart(text: string): string {
  return text
    .replace(ofDatabase, "mssql://***@")
    .replace(beforeHost, "://***@")
    .replace(withoutHost, "://$1:***")
    .replace(named, "$1=***");
}

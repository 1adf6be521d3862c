/** The placeholder of user and password in help texts. */
const form = "://USER:PASSWORD@HOST";
const mask = "***";

/** `HOST:PORT`, not `USER:PASSWORD`: the port is followed by a path or the end of a word. */
const portEnd = String.raw`:\d{1,5}(?=[/?#&\s]|$|[.,;:!)\]}"'>]+(?:\s|$))`;
const place = String.raw`(?:[^/?#\s:@]*\.[^/?#\s:@]*|localhost|\[[\da-f:.]*\])`;

/** The URL of a database has a password up to its last "@". It can contain any character, unescaped too. */
const ofDatabase = /\bmssql:\/*(?!\*{3}@)(?=[^\s/]).*@(?!\s)/gis;
/** Any other URL can have a password. */
const beforeHost = new RegExp(
  String.raw`:\/\/(?!\*{3}@)(?!\[[\da-f:.]*\])(?=[^/?#\s:@]*[:@])(?:(?!${place}${portEnd}).*|\S{0,4096})@(?!\s)`,
  "gis",
);
/** Without an "@", the text after a name and a colon is a port, or a password whose host is missing. */
const withoutHost = new RegExp(String.raw`:\/\/([^:/@?#[\s]*)(?!${portEnd}):\S+`, "gi");
/** The scheme of a database without two slashes after it. */
const almostDatabase = /\b(mssql|sqlserver|mysql|mariadb|postgres(?:ql)?|oracle):(?!\/\/)\S+/gi;
/** The part before the user of an invalid URL: punctuation, then a scheme and slashes. */
const beginningOfWord = /^([^\w\s]*)((?:[a-z][\w+.-]*:)?\/*)/i;

/** A URL from its scheme to the end of the word. A path function may have removed one of its slashes. */
const url =
  /((?<![\w+.-])[a-z][\w+.-]{0,20})?(:\/\/|(?<=https?):\/)([^\s/?#]*)([^\s?#]*)(\?[^\s#]*)?(#\S*)?/gi;
const relativeQuery = /\?([^\s?]*=\S*)/g;
/** The punctuation at the end of a word in a sentence. */
const punctuation: ReadonlySet<string> = new Set(`.,;:!)]}"'>→`);
const boolean = /^(?:true|false)$/;
const identifier = /^[\w.:/…-]{1,100}$/;
/** The parameters of our own URLs that are not secrets, by name in lower case, with the values that are shown. */
const shownParameters: ReadonlyMap<string, RegExp> = new Map([
  ["region", /^(?:[a-z]{2,4}(?:-[a-z]{2,10}){1,3}-\d{1,2}|[a-z]{1,10}|…)$/],
  ["endpoint", /^(?:https?:\/\/)?(?:\*{3}@)?[\w.:[\]…-]*(?:\/[a-z]{0,16})?$/i],
  ["pathstyle", boolean],
  ["sse", /^(?:AES256|aws:kms)$/],
  ["kmskeyid", identifier],
  ["encrypt", boolean],
  ["trustservercertificate", boolean],
  ["cafile", /^[\p{L}\p{N}\\/_.:~-]*$/u],
  ["schema", identifier],
]);

/** Words, a number or a version, as the parts of a public address are. */
const plainPart =
  /^(?:[a-z]{2,16}(?:[A-Z][a-z]{2,15}){0,3}(?:[-_.][a-z]{2,16}){0,5}|[A-Z][a-z]{1,15}|[A-Z]{2,8}|\d{1,8}|v\d{1,3}(?:\.\d{1,3}){0,2}|[a-z])?$/;

const keyName = `(?:access|account|api|secret|private|shared|subscription|functions?|encryption|client|master|primary|auth)[-_ ]?(?:access[-_ ]?)?key`;
const strongName = `(?:password|passwd|passphrase|pwd|secret|credentials?|authorization|cookie|${keyName}(?:[-_ ]?id)?)`;
const anyName = `(?:${strongName}|token|signature|auth|jwt|bearer|(?<![a-z])(?:sig|sas|pass)|(?<=[?&;])(?:key|code))`;
const quoted = String.raw`"(?:[^"\\]|\\.)*"|'[^']*'|\{[^}]*\}`;
const word = String.raw`(?:(?:bearer|basic|digest|token|api-?key)\s+)?[^;&\s]*`;
/** Headers whose value is one secret up to the end of the line: a scheme of any name, parameters, several cookies. */
const secretHeader =
  /((?:authorization|cookie)\s*:\s*|(?:authorization|cookie)["']\s*:\s*(?!["']))\S[^\r\n]*/gi;
const named = new RegExp(
  String.raw`(${anyName}["']?\s*=\s*|${anyName}["']\s*:\s*|(?:${strongName}|token)\s*:\s*)(?!\s*(?:\*{3}|"…"))(?:${quoted}|${word})`,
  "gi",
);
const option = new RegExp(String.raw`((?<![\w-])--?[\w-]*${anyName}\w*\s+)(?![\s-]|\*{3})\S+`, "gi");
/** In a connection string for ADO or ODBC a value ends at a semicolon, and may hold spaces. */
const isConnectionString =
  /(?:^|[\s;"'(])(?:server|data source|host|addr|address|initial catalog|database|user ?id|uid|user|driver)\s*=[^;]*;|;\s*(?:server|data source|host|addr|address|initial catalog|database|user ?id|uid|user|driver)\s*=/i;
const inConnectionString = new RegExp(String.raw`(${anyName}\s*=\s*)(?!\s*\*{3})(?:${quoted}|[^;\n]*)`, "gi");
const webToken = /\beyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?/g;
const bearer = /\b(bearer\s+)[\w.~+/=-]{6,}/gi;

const mayHoldSecret =
  /[@=?#:]|eyJ|bearer|(?<![\w-])--?[\w-]*(?:pass|pwd|secret|token|key|auth|sig|sas|jwt|cred)/i;

/** Text without the credentials of URLs, connection strings, options and headers that stand in it. */
export function redact(text: string): string {
  return mayHoldSecret.test(text) ? text.split(form).map(redactPart).join(form) : text;
}

function redactPart(text: string): string {
  return redactNames(redactAddresses(redactUsers(text)));
}

function redactUsers(text: string): string {
  let last = text.lastIndexOf("@");
  while (last > 0 && /\s/.test(text.charAt(last + 1))) last = text.lastIndexOf("@", last - 1);
  // Beyond the last "@" of a URL there is no user; the expressions would look for one from every colon.
  const end = last + 1;
  const users = text.slice(0, end).replace(ofDatabase, `mssql://${mask}@`).replace(beforeHost, `://${mask}@`);
  return `${users}${text.slice(end)}`
    .replace(/\S+/g, redactAlmostUrl)
    .replace(withoutHost, `://$1:${mask}`)
    .replace(almostDatabase, `$1:${mask}`);
}

/** A word with a colon somewhere before its last "@" is almost a URL. The folder of a package is not. */
function redactAlmostUrl(word: string): string {
  let end = word.lastIndexOf("@", word.length - 2);
  while (end > 0 && /node_modules\/$/i.test(word.slice(Math.max(0, end - 20), end)))
    end = word.lastIndexOf("@", end - 1);
  if (end < 0) return word;
  const head = word.slice(0, end);
  const [beginning = "", before = "", scheme = ""] = beginningOfWord.exec(head) ?? [];
  const user = head.slice(beginning.length);
  const isUrl = /[^/]\/\/$/.test(scheme);
  const hasUser = scheme.includes(":") || user.includes(":");
  return hasUser && !isUrl ? `${before}${scheme}${mask}${word.slice(end)}` : word;
}

function redactAddresses(text: string): string {
  return text
    .replace(url, redactUrl)
    .replace(relativeQuery, (_, parameters: string) => `?${redactWord(parameters, redactParameters)}`);
}

function redactUrl(
  _whole: string,
  scheme: string | undefined,
  separator: string,
  host: string,
  path: string,
  query: string | undefined,
  fragment: string | undefined,
): string {
  const shownPath = /^https?$/i.test(scheme ?? "") ? path.split("/").map(redactPathPart).join("/") : path;
  const shownQuery = query === undefined ? "" : `?${redactWord(query.slice(1), redactParameters)}`;
  const shownFragment = fragment === undefined ? "" : `#${redactWord(fragment.slice(1), () => mask)}`;
  return `${scheme ?? ""}${separator}${host}${shownPath}${shownQuery}${shownFragment}`;
}

/** Redacts a word without the punctuation that follows it. */
function redactWord(word: string, redactText: (text: string) => string): string {
  let end = word.length;
  while (end > 0 && punctuation.has(word.charAt(end - 1))) end -= 1;
  return end === 0 ? word : redactText(word.slice(0, end)) + word.slice(end);
}

function redactParameters(parameters: string): string {
  return parameters.split("&").map(redactParameter).join("&");
}

function redactParameter(parameter: string): string {
  const equals = parameter.indexOf("=");
  if (equals < 0) return mask;
  const [name, value] = [parameter.slice(0, equals), parameter.slice(equals + 1)];
  const isShown = shownParameters.get(name.toLowerCase())?.test(value);
  return isShown ? parameter : `${/^[\w.~-]{1,40}$/.test(name) ? name : mask}=${mask}`;
}

function redactPathPart(part: string): string {
  return redactWord(part, (text) => (plainPart.test(text) || text === mask ? text : mask));
}

function redactNames(text: string): string {
  const values = isConnectionString.test(text) ? text.replace(inConnectionString, `$1${mask}`) : text;
  return values
    .replace(secretHeader, `$1${mask}`)
    .replace(named, `$1${mask}`)
    .replace(option, `$1${mask}`)
    .replace(webToken, mask)
    .replace(bearer, `$1${mask}`);
}

import { plantSettings } from "./plant-settings.js";
import type { SettingTexts } from "./resolve-settings.js";
import type { Runner, Setting } from "./setting.js";
import { editDistance, similarName } from "./similar-name.js";

/** A variable that looks like a setting of this program and has no effect. */
export interface IneffectiveName {
  readonly name: string;
  /** The problem and the next step; to follow the name. */
  readonly message: string;
  /** Whether the name can only be a misspelt setting, whose value the program would ignore. */
  readonly isMisspelt: boolean;
  /** The setting that other programs know by this name. If that setting has a value, the name can be ignored. */
  readonly aliasOf?: string | undefined;
}

const entries: readonly (readonly [string, Setting<unknown>])[] = Object.entries(plantSettings);
const runnersByName = new Map(
  entries.flatMap(([, { environment, runners }]) =>
    environment === undefined ? [] : ([[environment, runners]] as const),
  ),
);
const lowerCaseNames: ReadonlySet<string> = new Set(
  entries.flatMap(([, { environment, anyCase }]) =>
    environment !== undefined && anyCase ? [environment.toLowerCase()] : [],
  ),
);
const knownNames = [...runnersByName.keys()].map((name) => {
  // An edit is at most two letters wide.
  const kept = Math.floor(name.length / 2) - 1;
  return { name, beginning: name.slice(0, kept), end: name.slice(name.length - kept) };
});
const ownNames = [...runnersByName.keys()].filter((name) => name.startsWith("PLANT_"));
const otherNames = [...runnersByName.keys()].filter((name) => !name.startsWith("PLANT_"));

/** The names that other programs have for the server, its login and the bucket. */
const aliases: ReadonlyMap<string, string> = new Map(
  Object.entries({
    DB_HOST: ["DB_HOSTNAME", "DB_SERVER", "DB_SERVERNAME", "DB_ADDRESS", "DB_ENDPOINT"],
    DB_USER: ["DB_USERNAME", "DB_LOGIN"],
    DB_PASSWORD: ["DB_PASS", "DB_PASSWD", "DB_PWD"],
    DB_NAME: ["DB_DATABASE", "DB_DBNAME"],
    S3_BUCKET_NAME: ["S3_BUCKET", "S3_URL", "S3_URI", "AWS_S3_BUCKET", "AWS_S3_BUCKET_NAME", "AWS_BUCKET"],
  }).flatMap(([setting, names]) => names.map((name) => [name, setting] as const)),
);

/** Read by the program, or by its tests, without being a setting. */
const reserved = /^PLANT_(?:DEBUG|TEST_\w+)$/;

/** Kubernetes sets these in every container for a service whose name begins with `plant`. */
const serviceLink =
  /^PLANT(?:_\w+)?_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?|PORT=(?:tcp|udp|sctp):\/\/.*)$/s;

/** Variables of the environment or of `.env` that resemble settings of this program and that the runner does not read. */
export function findUnreadVariables(variables: SettingTexts, runner: Runner): IneffectiveName[] {
  return Object.entries(variables).flatMap(([name, value]) => {
    if (
      !value ||
      reserved.test(name) ||
      lowerCaseNames.has(name) ||
      serviceLink.test(name) ||
      serviceLink.test(`${name}=${value}`)
    )
      return [];
    if (runnersByName.has(name)) return explainOtherRunner(name, runner);
    const suggestion = suggestName(name, variables);
    // The correct name has the same value: on Windows, where names have no case, or because both are set.
    if (suggestion !== undefined && variables[suggestion] === value) return [];
    if (suggestion === undefined && !/^plant_/i.test(name)) return [];
    const message = `is not a setting; ${suggestion === undefined ? "it has no effect" : advise(suggestion)}`;
    const isMisspelt = suggestion !== undefined && /^(?:plant|db|s3)_/i.test(name);
    const aliasOf = aliases.get(name.toUpperCase());
    return [{ name, message, isMisspelt, ...(aliasOf !== undefined && { aliasOf }) }];
  });
}

function advise(suggestion: string): string {
  return suggestion === "S3_BUCKET_NAME"
    ? "did you mean S3_BUCKET_NAME? An archive with a prefix or a region is PLANT_ARCHIVE=s3://BUCKET/PREFIX"
    : `did you mean ${suggestion}?`;
}

function explainOtherRunner(name: string, runner: Runner): IneffectiveName[] {
  const runners = runnersByName.get(name);
  if (runners === undefined || runners.includes(runner)) return [];
  const reader = runners[0] === "lambda" ? "the Lambda" : "plant";
  return [{ name, isMisspelt: false, message: `is read by ${reader} only; it has no effect here` }];
}

function suggestName(name: string, variables: SettingTexts): string | undefined {
  if (/^plant_/i.test(name)) {
    const own = name.slice("PLANT_".length);
    // PLANT_DB_HOST, PLANT_S3_BUCKET_NAME
    const bare = otherNames.find((other) => other === own.toUpperCase());
    const similar = similarName(
      own,
      ownNames.map((other) => other.slice("PLANT_".length)),
    );
    return bare ?? (similar === undefined ? findBySharedWord(own.toUpperCase()) : `PLANT_${similar}`);
  }
  // Other programs have similar names: at most one edit, and only if the correct name is not set.
  const upper = name.slice(0, 100).toUpperCase();
  const setting = aliases.get(upper);
  if (setting !== undefined) return variables[setting] === undefined ? setting : undefined;
  // Quick checks first: an environment has many variables, and one edit keeps the beginning or the end of a name.
  return knownNames.find(
    ({ name: known, beginning, end }) =>
      Math.abs(upper.length - known.length) <= 1 &&
      (upper.startsWith(beginning) || upper.endsWith(end)) &&
      variables[known] === undefined &&
      editDistance(upper, known) <= 1,
  )?.name;
}

/** `API` and `API_ADDRESS` become `PLANT_API_URL`, `TIMEOUT` becomes `PLANT_REQUEST_TIMEOUT`. */
function findBySharedWord(own: string): string | undefined {
  const abbreviated = own.replace(/^DB(?=_|$)/, "DATABASE").replace(/^S3(?=_|$)/, "ARCHIVE");
  const words = abbreviated.split("_");
  return ownNames.find((name) => {
    const others = name.slice("PLANT_".length).split("_");
    return others[0] === words[0] || (words.length === 1 && others.at(-1) === words[0]);
  });
}

import { plantSettings } from "./plant-settings.js";
import type { Given } from "./resolve-settings.js";
import type { Runner, Setting } from "./setting.js";
import { editDistance, similarName } from "./similar-name.js";

/** A variable that looks like a setting of this program and has no effect. */
export interface IneffectiveName {
  readonly name: string;
  /** The problem and the next step; to follow the name. */
  readonly message: string;
  /** Whether the name can only be a misspelt setting, whose value the program would ignore. */
  readonly isMisspelt: boolean;
  /** The setting that other programs call so; the name is of no interest where that setting has a value, or no part. */
  readonly means?: string;
}

const entries: readonly (readonly [string, Setting<unknown>])[] = Object.entries(plantSettings);
const runnersByName = new Map(
  entries.flatMap(([, { environment, runners }]) =>
    environment === undefined ? [] : ([[environment, runners]] as const),
  ),
);
const ownNames = [...runnersByName.keys()].filter((name) => name.startsWith("PLANT_"));
const otherNames = [...runnersByName.keys()].filter((name) => !name.startsWith("PLANT_"));

/** What others call the server, its login and the bucket, by the setting that is meant. */
const otherWords: ReadonlyMap<string, string> = new Map(
  Object.entries({
    DB_HOST: ["DB_HOSTNAME", "DB_SERVER", "DB_SERVERNAME", "DB_ADDRESS", "DB_ENDPOINT"],
    DB_USER: ["DB_USERNAME", "DB_LOGIN"],
    DB_PASSWORD: ["DB_PASS", "DB_PASSWD", "DB_PWD"],
    DB_NAME: ["DB_DATABASE", "DB_DBNAME"],
    S3_BUCKET_NAME: ["S3_BUCKET", "S3_URL", "S3_URI", "AWS_S3_BUCKET", "AWS_S3_BUCKET_NAME", "AWS_BUCKET"],
  }).flatMap(([meant, words]) => words.map((word) => [word, meant] as const)),
);

/** Read by the program, or by its tests, without being a setting. */
const reserved = /^PLANT_(?:DEBUG|TEST_\w+)$/;

/** What Kubernetes sets in every container for a service whose name begins with `plant`. */
const serviceLink =
  /^PLANT(?:_\w+)?_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?|PORT=(?:tcp|udp|sctp):\/\/.*)$/s;

/** Variables of an environment or a `.env` that are meant for this program and that the runner does not read. */
export function findIneffectiveNames(variables: Given, runner: Runner): IneffectiveName[] {
  return Object.entries(variables).flatMap(([name, value]) => {
    if (!value || reserved.test(name) || serviceLink.test(name) || serviceLink.test(`${name}=${value}`))
      return [];
    if (runnersByName.has(name)) return judgeKnown(name, runner);
    const suggestion = suggestName(name, variables);
    // Where names have no case, and where the right one is set as well, nothing is lost.
    if (suggestion !== undefined && variables[suggestion] === value) return [];
    if (suggestion === undefined && !/^plant_/i.test(name)) return [];
    const message = `is not a setting; ${suggestion === undefined ? "it has no effect" : advise(suggestion)}`;
    const isMisspelt = suggestion !== undefined && /^(?:plant|db|s3)_/i.test(name);
    const means = otherWords.get(name.toUpperCase());
    return [{ name, message, isMisspelt, ...(means !== undefined && { means }) }];
  });
}

function advise(suggestion: string): string {
  return suggestion === "S3_BUCKET_NAME"
    ? "did you mean S3_BUCKET_NAME? An archive with a prefix or a region is PLANT_ARCHIVE=s3://BUCKET/PREFIX"
    : `did you mean ${suggestion}?`;
}

function judgeKnown(name: string, runner: Runner): IneffectiveName[] {
  const runners = runnersByName.get(name);
  if (runners === undefined || runners.includes(runner)) return [];
  const reader = runners[0] === "lambda" ? "the Lambda" : "plant";
  return [{ name, isMisspelt: false, message: `is read by ${reader} only; it has no effect here` }];
}

function suggestName(name: string, variables: Given): string | undefined {
  if (/^plant_/i.test(name)) {
    const own = name.slice("PLANT_".length);
    // PLANT_DB_HOST, PLANT_S3_BUCKET_NAME
    const bare = otherNames.find((other) => other === own.toUpperCase());
    const similar = similarName(
      own,
      ownNames.map((other) => other.slice("PLANT_".length)),
    );
    return bare ?? (similar === undefined ? sharedWords(own.toUpperCase()) : `PLANT_${similar}`);
  }
  // Other programs have such names, too: only one edit away, and only where the right one is not there.
  const upper = name.slice(0, 100).toUpperCase();
  const meant = otherWords.get(upper);
  if (meant !== undefined) return variables[meant] === undefined ? meant : undefined;
  return [...runnersByName.keys()].find(
    (known) => variables[known] === undefined && editDistance(upper, known) <= 1,
  );
}

/** `API` and `API_ADDRESS` are meant to be `API_URL`; so is `TIMEOUT` to be `REQUEST_TIMEOUT`. */
function sharedWords(own: string): string | undefined {
  const abbreviated = own.replace(/^DB(?=_|$)/, "DATABASE").replace(/^S3(?=_|$)/, "ARCHIVE");
  const words = abbreviated.split("_");
  return ownNames.find((name) => {
    const others = name.slice("PLANT_".length).split("_");
    return others[0] === words[0] || (words.length === 1 && others.at(-1) === words[0]);
  });
}

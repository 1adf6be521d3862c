import { errorAdvice, lostDatabase } from "./error-advice.js";
import type { StatusContext } from "./status-context.js";
import type { Part } from "./status-facts.js";
import { statusProblem } from "./status-problems.js";
import type { Assessment, StatusProblem } from "./status-report.js";

/** The assessment of a part; of one that could not be read, its error. */
export function assessPart<Facts>(
  part: Part<Facts>,
  context: StatusContext,
  assess: (facts: Facts, context: StatusContext) => Assessment,
): Assessment {
  if (part.kind === "known") return assess(part.facts, context);
  if (part.kind === "unknown") return { text: `not known: ${part.because}`, problems: [] };
  return { text: "not known", problems: [failedProblem(part, context)] };
}

export function failedProblem(
  { code, problem, exitCode }: Extract<Part<unknown>, { kind: "failed" }>,
  context: StatusContext,
): StatusProblem {
  return statusProblem(
    code,
    errorText(code, problem, context),
    errorAdvice(code, problem, context),
    exitCode,
  );
}

/** What the next step is for: it makes a new database, and a backup is better. */
function errorText(code: string, problem: string, { facts: { store } }: StatusContext): string {
  if (!lostDatabase.includes(code)) return problem;
  const hasArchive = store.kind === "known" && store.facts.hasId;
  const [missing = ""] = problem.split(". ");
  const [damaged = ""] = problem.split(" Without a backup:");
  const archive = hasArchive ? "load the archive into a new database" : "begin a new one";
  return code === "DATABASE_MISSING"
    ? `${missing}. Is its disk mounted, and its path right? If it is lost, put a backup in its place; without one, ${archive}`
    : `${damaged} Without one, move it away and ${archive}`;
}

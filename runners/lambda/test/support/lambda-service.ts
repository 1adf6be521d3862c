import { type Lambda, startLambda } from "./lambda.js";

/** One function as the platform has it: as many processes as there are invocations at once, each kept for the next. */
export function lambdaService(
  folder: string,
  name: "etl" | "archive",
  environment: Readonly<Record<string, string>>,
) {
  const idle: Lambda[] = [];
  let started = 0;
  return {
    /** What was started so far. */
    processes: () => started,
    async invoke(event: unknown): Promise<unknown> {
      const lambda = idle.pop() ?? (await startOne());
      const { report, error } = await lambda.invoke(event);
      idle.push(lambda);
      if (error === undefined) return report;
      throw Object.assign(new Error(error.errorMessage), { name: error.errorType });
    },
  };

  function startOne(): Promise<Lambda> {
    started += 1;
    return startLambda(folder, name, environment);
  }
}

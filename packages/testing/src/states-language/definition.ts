import { readFileSync } from "node:fs";

/** A state machine of the Amazon States Language: the subset that this project uses. */
export interface StateMachine {
  readonly Comment?: string | undefined;
  readonly QueryLanguage?: string | undefined;
  readonly StartAt: string;
  readonly TimeoutSeconds?: number | undefined;
  readonly States: Readonly<Record<string, State>>;
}

export type State = TaskState | MapState;

interface AnyState {
  readonly Comment?: string | undefined;
  readonly QueryLanguage?: string | undefined;
  readonly Output?: unknown;
  readonly Next?: string | undefined;
  readonly End?: boolean | undefined;
}

export interface TaskState extends AnyState {
  readonly Type: "Task";
  readonly Resource: string;
  readonly Arguments: { readonly FunctionName: unknown; readonly Payload: unknown };
  readonly TimeoutSeconds?: number | undefined;
  readonly Retry?: readonly Retrier[] | undefined;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number | undefined;
  readonly BackoffRate?: number | undefined;
  readonly MaxAttempts?: number | undefined;
  readonly MaxDelaySeconds?: number | undefined;
  readonly JitterStrategy?: "FULL" | "NONE" | undefined;
}

export interface MapState extends AnyState {
  readonly Type: "Map";
  readonly Label?: string | undefined;
  readonly Items: unknown;
  readonly MaxConcurrency?: unknown;
  readonly ToleratedFailurePercentage?: unknown;
  readonly ItemProcessor: StateMachine & { readonly ProcessorConfig: unknown };
}

export interface TemplateValues {
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
  readonly function_arn: string;
  readonly max_concurrency: number;
  readonly tolerated_failure_percentage: number;
}

/** Reads a definition of the fan-out module and substitutes its variables as Terraform's `templatefile` does. */
export function readStateMachine(machine: "pull" | "archive", values: TemplateValues): StateMachine {
  const file = new URL(`../../../../terraform/modules/fan-out/${machine}.asl.json`, import.meta.url);
  const variables = new Map<string, unknown>(Object.entries(values));
  const text = readFileSync(file, "utf8").replace(/\$\{(\w+)\}/g, (_, name: string) => {
    if (!variables.has(name))
      throw new Error(`${file.pathname} has \${${name}}, which Terraform does not set.`);
    return String(variables.get(name));
  });
  return JSON.parse(text) as StateMachine;
}

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A state machine of the Amazon States Language, as far as this project's own go. */
export interface StateMachine {
  readonly Comment?: string;
  readonly QueryLanguage?: string;
  readonly StartAt: string;
  readonly TimeoutSeconds?: number;
  readonly States: Readonly<Record<string, State>>;
}

export type State = TaskState | MapState;

interface AnyState {
  readonly Comment?: string;
  readonly QueryLanguage?: string;
  readonly Output?: unknown;
  readonly Next?: string;
  readonly End?: boolean;
}

export interface TaskState extends AnyState {
  readonly Type: "Task";
  readonly Resource: string;
  readonly Arguments: { readonly FunctionName: unknown; readonly Payload: unknown };
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly Retrier[];
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxAttempts?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: "FULL" | "NONE";
}

export interface MapState extends AnyState {
  readonly Type: "Map";
  readonly Label?: string;
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

/** The definition of one of the fan-out's state machines, filled in as Terraform's `templatefile` does. */
export function readStateMachine(machine: "pull" | "archive", values: TemplateValues): StateMachine {
  const path = fileURLToPath(new URL(`../modules/fan-out/${machine}.asl.json`, import.meta.url));
  const given = new Map<string, unknown>(Object.entries(values));
  const text = readFileSync(path, "utf8").replace(/\$\{(\w+)\}/g, (_, name: string) => {
    if (!given.has(name)) throw new Error(`${path} asks for \${${name}}, which Terraform does not give it.`);
    return String(given.get(name));
  });
  return JSON.parse(text) as StateMachine;
}

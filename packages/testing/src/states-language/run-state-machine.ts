import type { State, StateMachine } from "./definition.js";
import { carry, evaluate } from "./evaluate.js";
import type { Platform } from "./platform.js";
import { runMap } from "./run-map.js";
import { runTask } from "./run-task.js";
import { asStatesError } from "./states-error.js";

export type Execution =
  | { readonly status: "SUCCEEDED"; readonly output: unknown }
  | { readonly status: "FAILED"; readonly error: string; readonly cause: string };

/**
 * Executes a state machine of the Amazon States Language on this machine: tasks that call Lambdas, and maps over items,
 * inline or distributed, with JSONata. Time limits and the input's history are the platform's and not kept here.
 *
 * @throws Error where the definition has a field or a state that this interpreter does not know: it does not guess
 */
export async function runStateMachine(
  machine: StateMachine,
  input: unknown,
  platform: Platform,
): Promise<Execution> {
  checkMachine(machine);
  try {
    return { status: "SUCCEEDED", output: await runStates(machine, input, platform) };
  } catch (thrown) {
    const { error, message } = asStatesError(thrown);
    return { status: "FAILED", error, cause: message };
  }
}

/** Walks from the first state to the one that ends it. */
async function runStates(machine: StateMachine, input: unknown, platform: Platform): Promise<unknown> {
  let value = carry(input);
  for (let name: string | undefined = machine.StartAt; name !== undefined; ) {
    const state: State = stateOf(machine, name);
    const result: unknown =
      state.Type === "Map"
        ? await runMap(state, value, (item) => runStates(state.ItemProcessor, item, platform))
        : await runTask(state, value, platform);
    value = carry(
      state.Output === undefined ? result : await evaluate(state.Output, { input: value, result }),
    );
    name = state.End === true ? undefined : state.Next;
  }
  return value;
}

const known = {
  machine: "Comment QueryLanguage StartAt TimeoutSeconds States ProcessorConfig",
  Task: "Type Comment QueryLanguage Resource Arguments TimeoutSeconds Retry Output Next End",
  Map: "Type Comment QueryLanguage Label Items MaxConcurrency ToleratedFailurePercentage ItemProcessor Output Next End",
  retrier: "ErrorEquals IntervalSeconds BackoffRate MaxAttempts MaxDelaySeconds JitterStrategy",
};

function checkMachine(machine: StateMachine, language?: string): void {
  checkFields("a state machine", machine, known.machine);
  const { QueryLanguage = language } = machine;
  if (QueryLanguage !== "JSONata") throw new Error("This interpreter speaks JSONata only.");
  for (const [name, state] of Object.entries(machine.States)) {
    if (state.Type !== "Map" && state.Type !== "Task")
      throw new Error(`This interpreter does not know the type of the state ${name}.`);
    checkFields(name, state, known[state.Type]);
    if (state.Type === "Map") checkMachine(state.ItemProcessor, QueryLanguage);
    else if (!/^arn:aws(-[a-z]+)*:states:::lambda:invoke$/.test(state.Resource))
      throw new Error(`This interpreter cannot call ${state.Resource}.`);
    else for (const retrier of state.Retry ?? []) checkFields(`a retrier of ${name}`, retrier, known.retrier);
  }
}

function checkFields(what: string, value: object, fields: string): void {
  const unknown = Object.keys(value).filter((field) => !fields.split(" ").includes(field));
  if (unknown.length > 0) throw new Error(`This interpreter does not know ${unknown.join(", ")} of ${what}.`);
}

function stateOf(machine: StateMachine, name: string): State {
  const state = machine.States[name];
  if (state === undefined) throw new Error(`There is no state ${name}.`);
  return state;
}

export { readStateMachine, type StateMachine, type TemplateValues } from "./definition.js";
export { type Execution, runStateMachine } from "./run-state-machine.js";
export type { Surroundings } from "./surroundings.js";

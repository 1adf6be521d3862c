export { readStateMachine, type StateMachine, type TemplateValues } from "./definition.js";
export type { Platform } from "./platform.js";
export { type Execution, runStateMachine } from "./run-state-machine.js";

import { escapeControls, redact } from "@lmnh/plant-runtime";

/** Why the platform was told that an invocation failed: what to do next, as one line without secrets and control characters. */
export class InvocationError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(escapeControls(redact(message)), options);
    this.name = "InvocationError";
  }
}

import { escapeControls, redact } from "@lmnh/plant-runtime";

/** Fails an invocation. The message is one line with the next step, without secrets and control characters. */
export class InvocationError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(escapeControls(redact(message)), options);
    this.name = "InvocationError";
  }
}

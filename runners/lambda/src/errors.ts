/** Why the platform was told that an invocation failed: what to do next, without secrets. */
export class InvocationError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "InvocationError";
  }
}

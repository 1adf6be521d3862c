export interface RuntimeClient {
  readonly version: string;
  /** The file to start. */
  readonly entry: string;
  /** Whether the C++ part is compiled; otherwise a JavaScript replacement is in its place. */
  readonly native: boolean;
}

export function findRuntimeClient(): RuntimeClient | null;
export function describeRuntimeClient(client: RuntimeClient): string;

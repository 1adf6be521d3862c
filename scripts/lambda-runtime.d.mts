export interface RuntimeClient {
  readonly version: string;
  /** The file to start. */
  readonly entry: string;
  /** Whether the part in C++ was compiled; else a stand-in is in its place. */
  readonly native: boolean;
}

export function runtimeClient(): RuntimeClient;
export function describeRuntimeClient(client: RuntimeClient): string;

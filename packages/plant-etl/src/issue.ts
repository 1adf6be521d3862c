/** What is wrong with a piece of data, as a value: where, what, and the offending value in short. */
export interface Issue {
  /** Where in the answer, as `origin_location.latitude`; empty for the whole of it. */
  readonly path: string;
  readonly message: string;
  /** The offending value as JSON, cut to a readable length. */
  readonly value: string;
}

const longestValue = 200;

/** Makes an issue of any value, however large or strange. */
export function makeIssue(path: string, message: string, value: unknown): Issue {
  const json = value === undefined ? "nothing" : JSON.stringify(value);
  return { path, message, value: json.length > longestValue ? `${json.slice(0, longestValue)}…` : json };
}

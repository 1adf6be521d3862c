/** What `verify` found wrong with one object or file of the catalog. */
export interface Finding {
  readonly key: string;
  /** A predicate whose subject is the key: `is missing`. */
  readonly problem: string;
}

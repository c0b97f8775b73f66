/** The part of MongoDB's collation document that is honoured: language, strength, case level and numeric ordering. */
export interface Collation {
  readonly locale: string;
  readonly strength?: number;
  readonly caseLevel?: boolean;
  readonly caseFirst?: string;
  readonly numericOrdering?: boolean;
  /** Compares two strings by this collation. */
  compare(a: string, b: string): number;
  /** A string that is the same for two strings exactly when they compare equal: for hashing and index keys of equality. */
  key(text: string): string;
}

/** Reads a command's `collation` option; `{ locale: 'simple' }` is undefined, that is plain byte order. Errors: 2 BadValue. */
export function parseCollation(spec: Record<string, unknown> | undefined): Collation | undefined {
  void spec;
  return undefined;
}

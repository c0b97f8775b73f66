import { trusted } from 'mongoose';

/** What a field may be narrowed by: one value each, but for `in`. */
export interface Condition<T> {
  readonly eq?: T;
  readonly in?: readonly T[];
  readonly gt?: T;
  readonly gte?: T;
  readonly lt?: T;
  readonly lte?: T;
}

/** What must hold of each row of a list, by field. */
export type Conditions = Readonly<Record<string, Condition<unknown> | undefined>>;

/** Conditions on fields as MongoDB asks them; fields without one are left out. */
export function where(conditions: Conditions): Record<string, unknown> {
  const asked = Object.entries(conditions).flatMap(([field, condition]) => {
    const operators = Object.entries(condition ?? {}).map(([operator, value]) => [`$${operator}`, value] as const);
    return operators.length === 0 ? [] : [[field, trusted(Object.fromEntries(operators))]];
  });
  return Object.fromEntries(asked) as Record<string, unknown>;
}

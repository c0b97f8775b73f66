import fc from 'fast-check';
import type { Operation } from './model';

/** What one client does, one after the other. Pauses let the others in between. */
export type Act =
  | { readonly kind: 'plain'; readonly operation: Operation; readonly pause: number }
  /** A retryable write that is sent twice, one after the other or at once. */
  | { readonly kind: 'repeated'; readonly operation: Operation; readonly atOnce: boolean }
  | { readonly kind: 'transaction'; readonly operations: readonly Operation[]; readonly end: Ending; readonly pause: number }
  | { readonly kind: 'kill'; readonly victim: number; readonly pause: number };

/** `overtaken`: the session's next transaction begins, over another connection, without this one having been ended. */
export type Ending = 'commit' | 'commitTwice' | 'abort' | 'abortTwice' | 'overtaken' | 'endSession';

const id = fc.nat(5);
const code = fc.constantFrom('a', 'b', 'c');
const by = fc.integer({ min: -2, max: 3 });
const bounds = fc.tuple(fc.integer({ min: -2, max: 6 }), fc.integer({ min: 1, max: 8 })).map(([low, size]) => ({ low, high: low + size }));

const reading: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: fc.constant('get' as const), id }),
  fc.record({ kind: fc.constant('code' as const), code }),
  fc.record({ kind: fc.constantFrom('all' as const, 'codes' as const, 'total' as const) }),
  fc.tuple(fc.constantFrom('ids' as const, 'range' as const, 'count' as const), bounds).map(([kind, range]) => ({ kind, ...range })),
);

/** Writes that a driver sends as retryable ones. */
const writingOne: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), id, by }),
  fc.record({ kind: fc.constant('upsert' as const), id, by }),
  fc.record({ kind: fc.constant('take' as const), code, by }),
  fc.record({ kind: fc.constant('move' as const), id, code }),
  fc.record({ kind: fc.constantFrom('remove' as const, 'uncode' as const), id }),
  fc.record({ kind: fc.constantFrom('insert' as const, 'replace' as const), id, n: fc.nat(6), code: fc.option(code, { nil: undefined }) }),
);
const writingMany: fc.Arbitrary<Operation> = fc.oneof(
  fc.tuple(bounds, by).map(([range, amount]) => ({ kind: 'addMany' as const, ...range, by: amount })),
  bounds.map((range) => ({ kind: 'removeMany' as const, ...range })),
);
const plain = fc.oneof({ weight: 2, arbitrary: reading }, { weight: 3, arbitrary: writingOne }, { weight: 1, arbitrary: writingMany });
const insertTwo = fc.tuple(id, fc.integer({ min: 1, max: 3 }), fc.nat(6)).map(([first, step, n]) => ({
  kind: 'insertTwo' as const,
  ids: [first, first + step] as const,
  n,
}));
const inTransaction = fc.oneof({ weight: 9, arbitrary: plain }, { weight: 1, arbitrary: insertTwo });

const pause = fc.nat(4);
const ending = fc.oneof(
  { weight: 6, arbitrary: fc.constant('commit' as const) },
  { weight: 4, arbitrary: fc.constantFrom<Ending>('commitTwice', 'abort', 'abortTwice', 'overtaken', 'endSession') },
);

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('plain' as const), operation: plain, pause }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('repeated' as const), operation: writingOne, atOnce: fc.boolean() }) },
  {
    weight: 14,
    arbitrary: fc.record({
      kind: fc.constant('transaction' as const),
      operations: fc.array(inTransaction, { minLength: 1, maxLength: 5 }),
      end: ending,
      pause,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill' as const), victim: fc.nat(3), pause }) },
);

/** One script a client. */
export const scripts: fc.Arbitrary<Act[][]> = fc.array(fc.array(act, { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 4 });

/** A document of the histories. Every write leaves its token in `log`, so that a document tells who wrote it, and in which order. */
export interface Account {
  readonly _id: number;
  readonly n: number;
  readonly code?: string;
  readonly log: readonly number[];
}

export type State = ReadonlyMap<number, Account>;

/** What one client may ask. Ranges are half open; `n` has an index, `code` a unique sparse one. */
export type Operation =
  | { readonly kind: 'get' | 'remove' | 'uncode'; readonly id: number }
  | { readonly kind: 'ids' | 'range' | 'count' | 'removeMany'; readonly low: number; readonly high: number }
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'all' | 'codes' | 'total' }
  | { readonly kind: 'add' | 'upsert'; readonly id: number; readonly by: number }
  | { readonly kind: 'addMany'; readonly low: number; readonly high: number; readonly by: number }
  | { readonly kind: 'take'; readonly code: string; readonly by: number }
  | { readonly kind: 'move'; readonly id: number; readonly code: string }
  | { readonly kind: 'insert' | 'replace'; readonly id: number; readonly n: number; readonly code?: string }
  | { readonly kind: 'insertTwo'; readonly ids: readonly [number, number]; readonly n: number };

export const reads: ReadonlySet<Operation['kind']> = new Set(['get', 'ids', 'range', 'count', 'code', 'codes', 'all', 'total'] as const);

/** What an operation answers: documents, a number, or MongoDB's error code. */
export type Result =
  | { readonly documents: readonly Account[] }
  | { readonly count: number }
  | { readonly codes: readonly string[] }
  | { readonly error: number };

export interface Step {
  readonly next: State;
  readonly result: Result;
}

const duplicate = { error: 11000 };

/** The reference: what an operation answers and does when it has the state for itself. */
export function apply(state: State, operation: Operation, token: number): Step {
  const found = reads.has(operation.kind) ? read(state, operation) : undefined;
  if (found) return { next: state, result: found };
  return write(state, operation, token);
}

function read(state: State, operation: Operation): Result | undefined {
  const all = [...state.values()].sort((a, b) => a._id - b._id);
  switch (operation.kind) {
    case 'get':
      return { documents: all.filter(({ _id }) => _id === operation.id) };
    case 'ids':
      return { documents: all.filter(({ _id }) => _id >= operation.low && _id < operation.high) };
    case 'range':
      return { documents: inRange(all, operation).sort((a, b) => a.n - b.n || a._id - b._id) };
    case 'count':
      return { count: inRange(all, operation).length };
    case 'total':
      return { count: all.length };
    case 'code':
      return { documents: all.filter(({ code }) => code === operation.code) };
    case 'codes':
      return { codes: all.flatMap(({ code }) => (code === undefined ? [] : [code])).sort() };
    case 'all':
      return { documents: all };
    default:
      return undefined;
  }
}

function inRange(all: readonly Account[], { low, high }: { low: number; high: number }): Account[] {
  return all.filter(({ n }) => n >= low && n < high);
}

function write(state: State, operation: Operation, token: number): Step {
  const all = [...state.values()];
  switch (operation.kind) {
    case 'insert':
      return insert(state, [{ _id: operation.id, n: operation.n, ...coded(operation.code), log: [token] }]);
    case 'insertTwo':
      return insert(
        state,
        operation.ids.map((_id) => ({ _id, n: operation.n, log: [token] })),
      );
    case 'upsert': {
      const { id, by } = operation;
      return state.has(id) ? change(state, [added(state.get(id)!, by, token)]) : insert(state, [{ _id: id, n: by, log: [token] }]);
    }
    case 'add':
      return change(
        state,
        one(state, operation.id, (account) => added(account, operation.by, token)),
      );
    case 'addMany':
      return change(
        state,
        inRange(all, operation).map((account) => added(account, operation.by, token)),
      );
    case 'take': {
      const taken = all.filter(({ code }) => code === operation.code).map((account) => added(account, operation.by, token));
      return { next: change(state, taken).next, result: { documents: taken } };
    }
    case 'move':
      return change(
        state,
        one(state, operation.id, (account) => ({ ...account, code: operation.code, log: [...account.log, token] })),
      );
    case 'uncode':
      return change(
        state,
        one(state, operation.id, ({ _id, n, log }) => ({ _id, n, log: [...log, token] })),
      );
    case 'replace':
      return change(
        state,
        one(state, operation.id, ({ _id }) => ({ _id, n: operation.n, ...coded(operation.code), log: [token] })),
      );
    case 'remove':
      return { next: without(state, [operation.id]), result: { documents: one(state, operation.id, (account) => account) } };
    case 'removeMany': {
      const gone = inRange(all, operation).map(({ _id }) => _id);
      return { next: without(state, gone), result: { count: gone.length } };
    }
    default:
      throw new Error(`no write: ${operation.kind}`);
  }
}

function coded(code: string | undefined): { code?: string } {
  return code === undefined ? {} : { code };
}

function added(account: Account, by: number, token: number): Account {
  return { ...account, n: account.n + by, log: [...account.log, token] };
}

function one(state: State, id: number, to: (account: Account) => Account): Account[] {
  const account = state.get(id);
  return account ? [to(account)] : [];
}

/** Errors of the reference: 11000 when the id or the code is another's. */
function insert(state: State, fresh: readonly Account[]): Step {
  if (fresh.some(({ _id }) => state.has(_id)) || takesCode(state, fresh)) return { next: state, result: duplicate };
  return { next: withAccounts(state, fresh), result: { count: fresh.length } };
}

function change(state: State, changed: readonly Account[]): Step {
  if (takesCode(state, changed)) return { next: state, result: duplicate };
  return { next: withAccounts(state, changed), result: { count: changed.length } };
}

function takesCode(state: State, accounts: readonly Account[]): boolean {
  return accounts.some(
    ({ _id, code }) => code !== undefined && [...state.values()].some((other) => other.code === code && other._id !== _id),
  );
}

function withAccounts(state: State, accounts: readonly Account[]): State {
  return new Map([...state, ...accounts.map((account) => [account._id, account] as const)]);
}

function without(state: State, ids: readonly number[]): State {
  return new Map([...state].filter(([id]) => !ids.includes(id)));
}

/** The ids on which two states differ. */
export function difference(a: State, b: State): number[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((id) => !sameAccount(a.get(id), b.get(id)));
}

export function sameAccount(a: Account | undefined, b: Account | undefined): boolean {
  return a === b || (!!a && !!b && a._id === b._id && a.n === b.n && a.code === b.code && a.log.join() === b.log.join());
}

export function sameResult(a: Result, b: Result): boolean {
  if ('documents' in a && 'documents' in b) {
    return a.documents.length === b.documents.length && a.documents.every((account, i) => sameAccount(account, b.documents[i]));
  }
  if ('codes' in a && 'codes' in b) return a.codes.join() === b.codes.join();
  if ('count' in a && 'count' in b) return a.count === b.count;
  return 'error' in a && 'error' in b && a.error === b.error;
}

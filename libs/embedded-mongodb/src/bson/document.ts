/** A BSON document in memory; how its values look is told in `codec.ts`. */
export type Document = Record<string, unknown>;

/** A value of a deprecated type (undefined 0x06, dbPointer 0x0c), or a date beyond JavaScript's, carried through as it came. */
export class LegacyValue {
  constructor(
    readonly type: number,
    readonly bytes: Uint8Array,
  ) {}
}

/** Whether a value is an embedded document. Asked of the prototype, not of a field a client could set. */
export function isDocument(value: unknown): value is Document {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Whether a value is an array; unlike `Array.isArray`, what it holds stays unknown. */
export function isArray(value: unknown): value is unknown[] {
  return Array.isArray(value);
}

/** Reads a field; names such as "constructor" or "__proto__" never reach what JavaScript objects inherit. */
export function getField(document: Document, name: string): unknown {
  const value = document[name];
  return typeof value === 'function' || value === Object.prototype ? undefined : value;
}

/** Writes a field, "__proto__" too. */
export function setField(document: Document, name: string, value: unknown): void {
  if (name === '__proto__') Object.defineProperty(document, name, { value, writable: true, enumerable: true, configurable: true });
  else document[name] = value;
}

import { BSONSymbol } from 'bson';
import { isDocument, setField, type Document } from '../bson/document';
import type { Collation } from '../values/collation';

/** The value as an index under a collation keeps it: each text in it by the key that all texts share which are equal to it. */
export function folded(value: unknown, collation: Collation): unknown {
  if (typeof value === 'string') return collation.key(value);
  if (value instanceof BSONSymbol) return collation.key(value.value);
  if (Array.isArray(value)) return value.map((element) => folded(element, collation));
  if (!isDocument(value)) return value;
  const copy: Document = {};
  for (const [name, field] of Object.entries(value)) setField(copy, name, folded(field, collation));
  return copy;
}

/** Whether the value is, or may contain, text, whose order and equality are a matter of collation. */
export function mayHoldText(value: unknown): boolean {
  return typeof value === 'string' || value instanceof BSONSymbol || Array.isArray(value) || isDocument(value);
}

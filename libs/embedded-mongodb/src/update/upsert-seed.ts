import { isDocument, setField, type Document } from '../bson/document';
import { fail } from '../errors';
import { isOperatorName } from '../query/leaf-tests';
import { isRegex } from '../values/regex';
import { Draft } from './draft';

/** The equalities of a filter, by path: what an upserted document starts from. Error: 54 NotSingleValueField for a path named twice. */
export function equalitiesOf(filter: Document): Map<string, unknown> {
  const found = new Map<string, unknown>();
  collect(filter, found);
  return found;
}

function collect(filter: Document, found: Map<string, unknown>): void {
  for (const [name, operand] of Object.entries(filter)) {
    if (name === '$and' || ((name === '$or' || name === '$in') && (operand as Document[]).length === 1)) {
      for (const clause of operand as Document[]) collect(clause, found);
    } else if (!name.startsWith('$')) {
      const value = equalityOf(operand);
      if (value === undefined) continue;
      if (found.has(name)) throw fail('NotSingleValueField', `cannot infer query fields to set, path '${name}' is matched twice`);
      found.set(name, value);
    }
  }
}

function equalityOf(operand: unknown): unknown {
  if (isRegex(operand)) return undefined;
  if (!isDocument(operand) || !isOperatorName(Object.keys(operand)[0])) return operand;
  if ('$eq' in operand) return operand['$eq'];
  for (const list of [operand['$in'], operand['$all']]) {
    const only = Array.isArray(list) && list.length === 1 ? (list[0] as unknown) : undefined;
    if (only !== undefined && !isRegex(only) && !isDocument(only)) return only;
  }
  return undefined;
}

/** The document an upsert's operators are applied to. */
export function seedDocument(filter: Document, now: Date): Document {
  const draft = new Draft({}, { matched: () => 0, passes: () => false }, now);
  for (const [path, value] of equalitiesOf(filter)) draft.apply(path.split('.'), { creates: true, apply: () => value });
  return idFirst(draft.document);
}

/** The same document with `_id`, if there is one, in front. */
export function idFirst(document: Document): Document {
  if (document['_id'] === undefined || Object.keys(document)[0] === '_id') return document;
  const { _id, ...rest } = document;
  const ordered: Document = { _id };
  for (const [name, value] of Object.entries(rest)) setField(ordered, name, value);
  return ordered;
}

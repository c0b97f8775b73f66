import { setField, type Document } from '../bson/document';
import { show } from '../bson/show';
import { fail } from '../errors';
import { equalValues, identicalValues } from '../values/compare';
import type { CompiledUpdate } from './update';
import { equalitiesOf, idFirst } from './upsert-seed';

/** Compiles a replacement document. Errors: 52 for a `$` field, 66 for another `_id`. */
export function compileReplacement(replacement: Document): CompiledUpdate {
  const dollar = Object.keys(replacement).find((name) => name.startsWith('$'));
  if (dollar) throw dollarField(dollar);
  return {
    kind: 'replacement',
    apply: (document) => {
      const next = replaced(document, replacement);
      return identicalValues(document, next) ? { document, changed: false } : { document: next, changed: true };
    },
    upsert: (filter) => {
      const id = equalitiesOf(filter).get('_id');
      return id === undefined ? idFirst(replacement) : replaced({ _id: id }, replacement);
    },
  };
}

export function dollarField(name: string): Error {
  return fail(
    'DollarPrefixedFieldName',
    `The dollar ($) prefixed field '${name}' in '${name}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
  );
}

/** The new document with the old one's `_id` in front. */
export function replaced(document: Document, replacement: Document): Document {
  const id = document['_id'];
  if (id === undefined) return idFirst(replacement);
  const next: Document = { _id: id };
  for (const [name, value] of Object.entries(replacement)) if (name !== '_id') setField(next, name, value);
  if (replacement['_id'] !== undefined && !equalValues(id, replacement['_id'])) {
    throw fail(
      'ImmutableField',
      `After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${show(replacement['_id'])}`,
    );
  }
  return next;
}

import { decode, type Document } from '../bson/codec';
import { fail } from '../errors';
import { compileFilter, type Predicate } from '../query/matcher';
import { explainMismatch } from '../query/mismatch';
import type { Change } from '../storage/change';
import type { Collection } from '../storage/collection';
import type { ChangeSink } from '../storage/direct-writes';

/**
 * Holds what is to be stored against the collection's validator. Errors: 121 for the first document that fails, after the changes before
 * it have been applied; nothing is refused where the validation's action is `warn` or its level `off`.
 */
export class ValidatingSink implements ChangeSink {
  constructor(private readonly sink: ChangeSink) {}

  apply(collection: Collection, changes: readonly Change[]): void {
    const wrong = firstInvalid(collection, changes);
    if (wrong < 0) return this.sink.apply(collection, changes);
    if (wrong > 0) this.sink.apply(collection, changes.slice(0, wrong));
    checkValid(collection, [changes[wrong]!]);
  }
}

/** Errors: 121 for the first change that the validator refuses. */
export function checkValid(collection: Collection, changes: readonly Change[]): void {
  const wrong = firstInvalid(collection, changes);
  if (wrong < 0) return;
  const document = documentAfter(changes[wrong]!);
  const details = validatorOf(collection)!.explain(document);
  throw fail('DocumentValidationFailure', 'Document failed validation', { errInfo: { failingDocumentId: document['_id'], details } });
}

function firstInvalid(collection: Collection, changes: readonly Change[]): number {
  const validator = validatorOf(collection);
  return validator ? changes.findIndex((change) => refuses(validator, change)) : -1;
}

interface Validator {
  readonly holds: Predicate;
  /** Updates of documents that are invalid already pass. */
  readonly moderate: boolean;
  explain(document: Document): Document;
}

const compiled = new WeakMap<Document, Validator>();

function validatorOf({ options, collation }: Collection): Validator | undefined {
  const { validator, validationLevel, validationAction } = options;
  if (validator === undefined || validationLevel === 'off' || validationAction === 'warn') return undefined;
  let known = compiled.get(options);
  if (!known) {
    const filter = validator as Document;
    known = {
      holds: compileFilter(filter, { collation }),
      moderate: validationLevel === 'moderate',
      explain: (document) => explainMismatch(filter, document, { collation }),
    };
    compiled.set(options, known);
  }
  return known;
}

function refuses({ holds, moderate }: Validator, change: Change): boolean {
  if (!change.after || holds(documentAfter(change))) return false;
  return !(moderate && change.before && !holds(change.beforeDocument ?? decode(change.before)));
}

function documentAfter({ after, afterDocument }: Change): Document {
  return afterDocument ?? decode(after!);
}

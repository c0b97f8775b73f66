import { ObjectId } from 'bson';
import { decode, decodeFields, encode, type Document } from '../bson/codec';
import { fail, failAt } from '../errors';
import { findAtOnce, findNothing, type Query } from '../execution/find-documents';
import { validateBson } from '../bson/validate';
import { elementsOf, withLeadingId } from '../bson/raw-document';
import type { Change } from '../storage/change';
import type { Collection } from '../storage/collection';
import type { StoredDocument } from '../storage/view';
import { compileUpdate, type CompiledUpdate } from '../update/update';
import {
  collationOption,
  collectionName,
  documentOption,
  hintOption,
  isTrue,
  toNumber,
  type CommandContext,
  type CommandTable,
} from './command';
import { letOption } from './let-option';
import { carryOut, checkedSize, encoded, writeErrors, type StatementOutcome, type StatementPlace } from './statements';

const common = ['ordered', 'bypassDocumentValidation', 'stmtIds', 'stmtId', 'bypassEmptyTsReplacement'];

export const writeCommands: CommandTable = {
  insert: { options: ['documents', ...common], inTransaction: true, retryable: true, takesWriteConcern: true, run: insert },
  update: { options: ['updates', 'let', ...common], inTransaction: true, retryable: true, takesWriteConcern: true, run: update },
  delete: { options: ['deletes', 'let', ...common], inTransaction: true, retryable: true, takesWriteConcern: true, run: remove },
};

/** Documents or statements that came as a sequence or inside the command. */
function documentsOf({ body, request }: CommandContext, field: string): Document[] {
  const raw = request.sequences.get(field);
  const documents = raw ? raw.map((bytes) => decode(bytes)) : (body[field] as Document[] | undefined);
  if (!Array.isArray(documents)) throw failAt(40414, `BSON field '${request.name}.${field}' is missing but a required field`);
  checkBatch(documents.length);
  return documents;
}

function checkBatch(size: number): void {
  if (size < 1 || size > 100_000) throw fail('InvalidLength', `Write batch sizes must be between 1 and 100000. Got ${size} operations.`);
}

function isOrdered(body: Document): boolean {
  return body['ordered'] === undefined || isTrue(body['ordered']);
}

async function insert(context: CommandContext): Promise<Document> {
  const raw = context.request.sequences.get('documents');
  if (!raw) throw failAt(40414, "BSON field 'insert.documents' is missing but a required field");
  checkBatch(raw.length);
  // Stored as they came, so they are looked through before.
  for (const bytes of raw) validateBson(bytes);
  const documents = raw.map((bytes) => withLeadingId(Buffer.from(bytes), () => new ObjectId()));
  const { errors } = await carryOut(context, {
    collection: collectionName(context),
    count: documents.length,
    ordered: isOrdered(context.body),
    creates: () => true,
    nothing: () => ({ n: 0 }),
    run: (index, place) => insertOne(documents[index]!, place),
  });
  const ordered = isOrdered(context.body);
  const n = errors.length === 0 ? documents.length : ordered ? errors[0]!.index : documents.length - errors.length;
  return { n, ...writeErrors(errors) };
}

function insertOne(bytes: Buffer, { sink, collection }: StatementPlace): StatementOutcome {
  checkedSize(bytes);
  checkId(bytes);
  sink.apply(collection, [{ record: collection.nextRecord(), after: bytes }]);
  return { n: 1 };
}

/** Errors: 53 for an `_id` that is an array, a regular expression or undefined. */
function checkId(bytes: Buffer): void {
  const type = bytes[4];
  if (type === 0x04) throw fail('InvalidIdField', "The '_id' value cannot be of type array");
  if (type === 0x0b) throw fail('InvalidIdField', "The '_id' value cannot be of type regex");
  if (type === 0x06) throw fail('InvalidIdField', "The '_id' value cannot be of type undefined");
  if (type !== 0x03) return;
  for (const { name, start } of elementsOf(bytes)) {
    if (start === 4 && name === '_id') {
      const id = decodeFields(bytes, new Set(['_id']))['_id'] as Document;
      const operator = Object.keys(id).find((key) => key.startsWith('$'));
      if (operator !== undefined)
        throw fail('DollarPrefixedFieldName', `_id fields may not contain '$'-prefixed fields: ${operator} is not valid for storage.`);
    }
    return;
  }
}

interface UpdateStatement {
  readonly filter: Document;
  readonly query: Query;
  readonly compiled: CompiledUpdate;
  readonly multi: boolean;
  readonly upsert: boolean;
}

const updateFields = new Set(['q', 'u', 'c', 'multi', 'upsert', 'arrayFilters', 'collation', 'hint', 'sampleId', 'upsertSupplied']);

async function update(context: CommandContext): Promise<Document> {
  const statements = documentsOf(context, 'updates');
  for (const statement of statements) checkFields('update.updates', statement, updateFields);
  const { outcomes, errors } = await carryOut(context, {
    collection: collectionName(context),
    count: statements.length,
    ordered: isOrdered(context.body),
    creates: (index) => isTrue(statements[index]!['upsert']),
    nothing: (index) => {
      findNothing(readUpdate(context, statements[index]!).query);
      return { n: 0, nModified: 0 };
    },
    run: (index, place) => updateMatching(place, readUpdate(context, statements[index]!, place.collection), context.now),
  });
  const done = outcomes.flatMap((outcome, index) => (outcome ? [{ index, outcome }] : []));
  const upserted = done.flatMap(({ index, outcome }) => (outcome.upserted === undefined ? [] : [{ index, _id: outcome.upserted }]));
  return {
    n: done.reduce((sum, { outcome }) => sum + outcome.n, 0),
    nModified: done.reduce((sum, { outcome }) => sum + (outcome.nModified ?? 0), 0),
    ...(upserted.length > 0 && { upserted }),
    ...writeErrors(errors),
  };
}

function checkFields(where: string, statement: Document, known: ReadonlySet<string>): void {
  const unknown = Object.keys(statement).find((field) => !known.has(field));
  if (unknown !== undefined) throw failAt(40415, `BSON field '${where}.${unknown}' is an unknown field.`);
}

function readUpdate(context: CommandContext, statement: Document, target?: Collection): UpdateStatement {
  const { u } = statement;
  if (typeof u !== 'object' || u === null) throw fail('FailedToParse', 'Update argument must be either an object or an array');
  const constants = documentOption(statement, 'c');
  const variables = constants ? { ...letOption(context.body, context.now), ...constants } : letOption(context.body, context.now);
  const collation = collationOption(statement, target);
  const multi = isTrue(statement['multi']);
  const filter = documentOption(statement, 'q') ?? {};
  const compiled = compileUpdate(u as Document | Document[], {
    arrayFilters: statement['arrayFilters'] as Document[] | undefined,
    collation,
    variables,
  });
  if (multi && compiled.kind === 'replacement') throw fail('FailedToParse', 'multi update is not supported for replacement-style update');
  const query = {
    filter,
    collation,
    variables,
    hint: hintOption(statement),
    limit: multi ? 0 : 1,
  };
  return { filter, query, compiled, multi, upsert: isTrue(statement['upsert']) };
}

/** Changes what matches; inserts when nothing does and that was asked for. */
export function updateMatching(place: StatementPlace, { filter, query, compiled, upsert }: UpdateStatement, now: Date): StatementOutcome {
  const matched = [...findAtOnce(place, query)];
  if (matched.length === 0 && upsert) return { n: 1, nModified: 0, upserted: insertUpserted(place, compiled, filter, now).id };
  const changes = matched.flatMap((stored) => {
    place.deadline.check();
    return changeOf(stored, compiled, filter, now) ?? [];
  });
  if (changes.length > 0) place.sink.apply(place.collection, changes);
  return { n: matched.length, nModified: changes.length };
}

/** What an update does to one document; undefined when nothing. */
export function changeOf({ record, bytes }: StoredDocument, compiled: CompiledUpdate, filter: Document, now: Date): Change | undefined {
  const beforeDocument = decode(bytes);
  const { document, changed, describe } = compiled.apply(beforeDocument, filter, now);
  if (!changed) return undefined;
  return { record, before: bytes, after: encoded(document), beforeDocument, afterDocument: document, describe };
}

/** Inserts what an upsert makes of filter and update. */
export function insertUpserted(
  place: StatementPlace,
  compiled: CompiledUpdate,
  filter: Document,
  now: Date,
): { id: unknown; bytes: Buffer } {
  const bytes = checkedSize(withLeadingId(Buffer.from(encode(compiled.upsert(filter, now))), () => new ObjectId()));
  checkId(bytes);
  place.sink.apply(place.collection, [{ record: place.collection.nextRecord(), after: bytes }]);
  return { id: decodeFields(bytes, new Set(['_id']))['_id'], bytes };
}

const deleteFields = new Set(['q', 'limit', 'collation', 'hint', 'sampleId']);

async function remove(context: CommandContext): Promise<Document> {
  const statements = documentsOf(context, 'deletes');
  for (const statement of statements) checkFields('delete.deletes', statement, deleteFields);
  const variables = letOption(context.body, context.now);
  const { outcomes, errors } = await carryOut(context, {
    collection: collectionName(context),
    count: statements.length,
    ordered: isOrdered(context.body),
    creates: () => false,
    nothing: (index) => {
      findNothing(readDelete(statements[index]!, variables));
      return { n: 0 };
    },
    run: (index, place) => {
      const matched = [...findAtOnce(place, readDelete(statements[index]!, variables, place.collection))];
      if (matched.length > 0)
        place.sink.apply(
          place.collection,
          matched.map(({ record, bytes }) => ({ record, before: bytes })),
        );
      return { n: matched.length };
    },
  });
  return { n: outcomes.reduce((sum, outcome) => sum + (outcome?.n ?? 0), 0), ...writeErrors(errors) };
}

function readDelete(statement: Document, variables: Query['variables'], target?: Collection): Query {
  const limit = toNumber(statement['limit']);
  if (limit !== 0 && limit !== 1)
    throw fail('FailedToParse', `The limit field in delete objects must be 0 or 1. Got ${String(statement['limit'])}`);
  const filter = documentOption(statement, 'q') ?? {};
  return { filter, collation: collationOption(statement, target), hint: hintOption(statement), variables, limit };
}

import type { Document } from '../bson/codec';
import { ObjectId } from 'bson';
import type { PipelineTerminal } from '../aggregation/pipeline';
import { decode, encode } from '../bson/codec';
import { fail, failAt } from '../errors';
import { keysOf } from '../indexes/key-generator';
import type { Collection } from '../storage/collection';
import { duplicateKey } from '../storage/duplicate-key';
import { findAtOnce } from '../execution/find-documents';
import type { Index } from '../indexes/index-definition';
import { valuesAt } from '../values/paths';
import { withLeadingId } from '../bson/raw-document';
import { compileUpdate, type CompiledUpdate } from '../update/update';
import { changeCatalog } from './change-catalog';
import { checkNamespace, isTrue, type CommandContext } from './command';
import { evaluateLet, letOption } from './let-option';
import { checkValid } from './validation';
import { carryOut, encoded, type StatementOutcome, type StatementPlace } from './statements';
import { changeOf } from './write-commands';

/** Carries out `$out` or `$merge`. Errors: 263 in a transaction, and what the writes give. */
export async function writeOutput(context: CommandContext, terminal: PipelineTerminal, documents: Document[]): Promise<void> {
  if (context.transaction) throw fail('OperationNotSupportedInTransaction', `${terminal.stage} cannot be used in a transaction`);
  const database = terminal.database ?? context.database;
  checkNamespace(database, terminal.collection);
  const target = { ...context, database, body: { bypassDocumentValidation: context.body['bypassDocumentValidation'] } };
  if (terminal.stage === '$out') return replaceCollection(target, terminal.collection, documents);
  checkJoinFields(target, terminal);
  const { errors } = await carryOut(target, {
    collection: terminal.collection,
    count: documents.length,
    ordered: true,
    creates: () => true,
    nothing: () => ({ n: 0 }),
    run: (index, place) => mergeOne(context, place, terminal, documents[index]!),
  });
  if (errors.length > 0) throw errors[0]!.error;
}

/**
 * `$out` replaces all documents at once, or none where one of them is refused, and keeps the indexes. It waits for transactions that have
 * changed the collection. Errors: 121, 11000, 17152.
 */
async function replaceCollection(context: CommandContext, name: string, documents: Document[]): Promise<void> {
  const { engine, database } = context;
  const fresh = documents.map((document) => withLeadingId(encoded(document), () => new ObjectId()));
  const find = (): Collection | undefined => engine.catalog.find(database, name);
  await changeCatalog(context, find, () => {
    const collection = find() ?? engine.catalog.create(database, name);
    if (collection.cap) throw failAt(17152, `namespace '${collection.namespace}' is capped so it can't be used for $out`);
    const removed = [...engine.current.records(collection, false)].map(({ record, bytes }) => ({ record, before: bytes }));
    const inserted = fresh.map((after) => ({ record: collection.nextRecord(), after }));
    if (!isTrue(context.body['bypassDocumentValidation'])) checkValid(collection, inserted);
    checkUnique(collection, fresh);
    engine.writes.apply(collection, [...removed, ...inserted]);
  });
}

/** Of the old documents none will be left, so keys can meet only among the new ones. */
function checkUnique(collection: Collection, fresh: readonly Buffer[]): void {
  for (const index of collection.indexes.filter(({ unique }) => unique)) {
    const taken = new Set<string>();
    for (const document of fresh.map((bytes) => decode(bytes))) {
      for (const key of keysOf(index, document).keys) {
        if (taken.has(key.toString('latin1'))) throw duplicateKey(collection, index, key, document);
        taken.add(key.toString('latin1'));
      }
    }
  }
}

type Merge = Extract<PipelineTerminal, { stage: '$merge' }>;

/** Without a unique index several documents could be meant. Error: 51183. */
function checkJoinFields({ engine, database }: CommandContext, { collection, on }: Merge): void {
  const indexes = engine.catalog.find(database, collection)?.indexes ?? [];
  const fits = ({ unique, fields, spec }: Index): boolean =>
    unique && !spec.partialFilterExpression && fields.length === on.length && on.every((field) => fields.includes(field));
  if (!(on.length === 1 && on[0] === '_id') && !indexes.some(fits))
    throw failAt(51183, 'Cannot find index to verify that join fields will be unique');
}

function mergeOne(context: CommandContext, place: StatementPlace, terminal: Merge, document: Document): StatementOutcome {
  const filter = Object.fromEntries(terminal.on.map((field) => [field, joinValue(document, field)]));
  // Inserting finds out whether it is there, with the answer that names the key.
  if (terminal.whenMatched === 'fail') return insertMerged(place, terminal, document);
  const [stored] = document['_id'] === undefined && terminal.on.includes('_id') ? [] : findAtOnce(place, { filter, limit: 1 });
  if (!stored) return insertMerged(place, terminal, document);
  if (terminal.whenMatched === 'keepExisting') return { n: 1 };
  const change = changeOf(stored, mergeUpdate(context, terminal, document), filter, context.now);
  if (change) place.sink.apply(place.collection, [change]);
  return { n: 1 };
}

/** Errors: 51132 for what no unique index could tell apart. A missing `_id` is made when the document is inserted. */
function joinValue(document: Document, field: string): unknown {
  const values = valuesAt(document, field);
  const [value] = values;
  if (field === '_id' && value === undefined) return undefined;
  if (values.length === 1 && value !== null && value !== undefined && !Array.isArray(value)) return value;
  throw failAt(51132, `$merge write error: 'on' field '${field}' cannot be missing, null, undefined or an array`);
}

function mergeUpdate(context: CommandContext, { whenMatched, variables }: Merge, document: Document): CompiledUpdate {
  if (Array.isArray(whenMatched)) {
    const known = { ...letOption(context.body, context.now), NOW: context.now };
    return compileUpdate(whenMatched, { variables: { ...known, ...evaluateLet({ new: '$$ROOT', ...variables }, known, document) } });
  }
  if (whenMatched === 'replace') return compileUpdate(document);
  return compileUpdate({ $set: document });
}

function insertMerged(place: StatementPlace, { whenNotMatched }: Merge, document: Document): StatementOutcome {
  if (whenNotMatched === 'discard') return { n: 0 };
  if (whenNotMatched === 'fail')
    throw failAt(
      13113,
      '$merge could not find a matching document in the target collection for at least one document in the source collection',
    );
  const after = withLeadingId(Buffer.from(encode(document)), () => new ObjectId());
  place.sink.apply(place.collection, [{ record: place.collection.nextRecord(), after }]);
  return { n: 1 };
}

import { decode, type Document } from '../bson/codec';
import { fail, failAt } from '../errors';
import { findAtOnce, findNothing } from '../execution/find-documents';
import { compileProjection } from '../query/projection';
import { compileUpdate, type CompiledUpdate } from '../update/update';
import { withTextScore } from '../values/text-score';
import {
  collationOption,
  collectionName,
  documentOption,
  findCollection,
  hintOption,
  isTrue,
  type CommandContext,
  type CommandTable,
} from './command';
import { letOption } from './let-option';
import { carryOut, type StatementOutcome, type StatementPlace } from './statements';
import { changeOf, insertUpserted } from './write-commands';

const options = [
  'query',
  'sort',
  'remove',
  'update',
  'new',
  'fields',
  'upsert',
  'arrayFilters',
  'collation',
  'hint',
  'let',
  'bypassDocumentValidation',
  'stmtId',
];

const command = { options, inTransaction: true, retryable: true, takesWriteConcern: true, run: findAndModify };

export const findAndModifyCommands: CommandTable = { findAndModify: command, findandmodify: command };

async function findAndModify(context: CommandContext): Promise<Document> {
  const { body } = context;
  const statement = readStatement(context);
  const { outcomes, errors } = await carryOut(context, {
    collection: collectionName(context),
    count: 1,
    ordered: true,
    creates: () => isTrue(body['upsert']),
    nothing: () => ({ n: 0, value: null, updatedExisting: false }),
    run: (_index, place) => statement(place),
  });
  if (errors.length > 0) throw errors[0]!.error;
  const { n, value, upserted, updatedExisting } = outcomes[0]!;
  const lastErrorObject = isTrue(body['remove'])
    ? { n }
    : { n, updatedExisting: updatedExisting ?? false, ...(upserted !== undefined && { upserted }) };
  return { lastErrorObject, value: value ?? null };
}

function readStatement(context: CommandContext): (place: StatementPlace) => StatementOutcome {
  const { body, now } = context;
  checkCombination(body);
  const filter = documentOption(body, 'query') ?? {};
  const variables = letOption(body, now);
  const collection = findCollection(context);
  const collation = collationOption(body, collection);
  const fields = documentOption(body, 'fields');
  const project =
    fields && Object.keys(fields).length > 0
      ? compileProjection(fields, { filter, collation, variables })
      : (document: Document) => document;
  const query = {
    filter,
    sort: documentOption(body, 'sort'),
    collation,
    hint: hintOption(body),
    variables,
    limit: 1,
  };
  if (!collection) findNothing(query);
  if (isTrue(body['remove'])) return (place) => removeOne(place, query, project);
  const arrayFilters = body['arrayFilters'] as Document[] | undefined;
  const compiled = compileUpdate(body['update'] as Document | Document[], { arrayFilters, collation, variables });
  return (place) => updateOne(place, { query, compiled, project, wantsNew: isTrue(body['new']), upsert: isTrue(body['upsert']), now });
}

function checkCombination(body: Document): void {
  const removes = isTrue(body['remove']);
  if (removes && body['update'] !== undefined) throw fail('FailedToParse', 'Cannot specify both an update and remove=true');
  if (removes && isTrue(body['upsert'])) throw fail('FailedToParse', 'Cannot specify both upsert=true and remove=true');
  if (removes && isTrue(body['new']))
    throw fail('FailedToParse', "Cannot specify both new=true and remove=true; 'remove' always returns the deleted document");
  if (!removes && body['update'] === undefined) throw fail('FailedToParse', 'Either an update or remove=true must be specified');
  const { update } = body;
  if (update !== undefined && (typeof update !== 'object' || update === null))
    throw failAt(9, 'Update argument must be either an object or an array');
}

type Query = Parameters<typeof findAtOnce>[1];
type Project = (document: Document) => Document;

function removeOne(place: StatementPlace, query: Query, project: Project): StatementOutcome {
  const [stored] = findAtOnce(place, query);
  if (!stored) return { n: 0, value: null };
  place.sink.apply(place.collection, [{ record: stored.record, before: stored.bytes }]);
  return { n: 1, value: project(withTextScore(decode(stored.bytes), stored.textScore)) };
}

interface Modification {
  readonly query: Query;
  readonly compiled: CompiledUpdate;
  readonly project: Project;
  readonly wantsNew: boolean;
  readonly upsert: boolean;
  readonly now: Date;
}

function updateOne(place: StatementPlace, { query, compiled, project, wantsNew, upsert, now }: Modification): StatementOutcome {
  const [stored] = findAtOnce(place, query);
  if (!stored) {
    if (!upsert) return { n: 0, value: null, updatedExisting: false };
    const { id, bytes } = insertUpserted(place, compiled, query.filter, now);
    return { n: 1, upserted: id, updatedExisting: false, value: wantsNew ? project(decode(bytes)) : null };
  }
  const change = changeOf(stored, compiled, query.filter, now);
  if (change) place.sink.apply(place.collection, [change]);
  const found = decode((wantsNew ? change?.after : undefined) ?? stored.bytes);
  return { n: 1, updatedExisting: true, value: project(withTextScore(found, stored.textScore)) };
}

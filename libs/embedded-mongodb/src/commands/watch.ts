import { compilePipeline, pipelineStages } from '../aggregation/pipeline';
import { decode, type Document } from '../bson/codec';
import { isDocument } from '../bson/document';
import { ChangeStream } from '../change-streams/change-stream';
import { readStreamOptions } from '../change-streams/options';
import { fail, failAt } from '../errors';
import { findAtOnce } from '../execution/find-documents';
import { defaultFirstBatch, type TailCursor } from '../execution/cursors';
import type { CursorReply } from '../protocol/reply';
import type { Collection } from '../storage/collection';
import { atOnce } from '../values/breath';
import type { OplogEntry } from '../storage/oplog-entry';
import { collationOption, countOption, documentOption, type CommandContext } from './command';
import { pipelineContext } from './prepare-pipeline';
import { letOption } from './let-option';
import { sendBatch } from './tail';

export const watchStage = '$changeStream';
export const splitStage = '$changeStreamSplitLargeEvent';
/** The stages that may follow (source: "Change Streams" in MongoDB's manual). */
export const stagesBehind = ['$addFields', '$match', '$project', '$replaceRoot', '$replaceWith', '$set', '$unset'];

/** Whether a pipeline is a change stream. */
export function isChangeStream(pipeline: unknown): pipeline is [Document, ...Document[]] {
  return Array.isArray(pipeline) && isDocument(pipeline[0]) && watchStage in pipeline[0];
}

/** Opens a change stream; `collection` is absent for a database's or the cluster's. Errors: 263, 72, those of the stages, 280, 286. */
export async function watch(context: CommandContext, collection: string | undefined): Promise<CursorReply> {
  const { engine, body, database } = context;
  const [first, ...stages] = body['pipeline'] as [Document, ...Document[]];
  checkCircumstances(context);
  const tail = new ChangeStream({
    oplog: engine.oplog,
    options: readStreamOptions(first[watchStage], database, collection),
    splits: stages.some(splits),
    shape: shaping(context, stages),
    lookup: (entry) => documentNow(context, entry),
  });
  const batchSize = countOption(documentOption(body, 'cursor') ?? {}, 'batchSize') ?? defaultFirstBatch;
  const namespace = `${database}.${collection ?? '$cmd.aggregate'}`;
  const cursor = engine.cursors.add<TailCursor>({ tail, namespace, session: context.session, batchSize });
  return sendBatch(context, cursor, { field: 'firstBatch', size: batchSize, patience: 0 });
}

function checkCircumstances({ transaction, body }: CommandContext): void {
  if (transaction)
    throw fail(
      'OperationNotSupportedInTransaction',
      'Operation not permitted in transaction :: caused by :: Aggregation stage $changeStream cannot run within a multi-document transaction',
    );
  const level = documentOption(body, 'readConcern')?.['level'];
  if (level !== undefined && level !== 'majority')
    throw fail(
      'InvalidOptions',
      `$changeStream cannot run with a readConcern other than 'majority'. Current readConcern: ${String(level)}`,
    );
}

/** Compiles what follows `$changeStream`. Errors: 20 for a stage that may not, 7182802, and the stages' own. */
function shaping(context: CommandContext, stages: readonly Document[]): (event: Document) => Document | undefined {
  const rest = withoutSplit(stages);
  const { body, now } = context;
  const compiled = compilePipeline(rest, pipelineContext(context, letOption(body, now), collationOption(body, undefined)));
  for (const stage of rest) {
    const name = Object.keys(stage)[0]!;
    if (pipelineStages.includes(name) && !stagesBehind.includes(name))
      throw fail('IllegalOperation', `${name} is not permitted in a $changeStream pipeline`);
  }
  if (rest.length === 0) return (event) => event;
  return (event) => [...atOnce(compiled.run([event]))][0];
}

function splits(stage: unknown): boolean {
  return isDocument(stage) && splitStage in stage;
}

function withoutSplit(stages: readonly Document[]): Document[] {
  const at = stages.findIndex(splits);
  if (at < 0) return [...stages];
  const specification: unknown = stages[at]![splitStage];
  if (!isDocument(specification) || Object.keys(specification).length > 0)
    throw failAt(7182800, `${splitStage} spec should be an empty object`);
  if (at < stages.length - 1) throw failAt(7182802, `${splitStage} must be the last stage in the pipeline`);
  return stages.slice(0, at);
}

/** The document of an update as it is now, wherever its collection may be by now. */
function documentNow({ engine }: CommandContext, { database, collection: name, uuid, id, after }: OplogEntry): Document | undefined {
  const wanted = Buffer.from(uuid!.value());
  const isIt = (one: Collection | undefined): one is Collection => one?.uuid.equals(wanted) === true;
  const known = engine.catalog.find(database, name!);
  const collection = isIt(known) ? known : engine.catalog.all().find(isIt);
  if (!collection) return undefined;
  const key = id === undefined ? decode(after!)['_id'] : id;
  const [found] = findAtOnce({ view: engine.current, collection }, { filter: { _id: { $eq: key } }, collation: collection.collation });
  return found && decode(found.bytes);
}

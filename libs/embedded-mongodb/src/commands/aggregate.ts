import { decode, encode, type Document } from '../bson/codec';
import { compilePipeline, type CompiledPipeline, type PipelineContext } from '../aggregation/pipeline';
import { fail, failAt } from '../errors';
import { findDocuments, type Query } from '../execution/find-documents';
import type { CursorReply } from '../protocol/reply';
import {
  collationOption,
  collectionName,
  countOption,
  documentOption,
  findCollection,
  hintOption,
  type CommandContext,
  type CommandTable,
} from './command';
import { writeOutput } from './pipeline-output';
import { openCursor } from './read-commands';
import { withLet } from './write-commands';

const options = ['pipeline', 'cursor', 'allowDiskUse', 'bypassDocumentValidation', 'collation', 'hint', 'let', 'explain', 'batchSize'];

export const aggregateCommands: CommandTable = {
  aggregate: { options, refused: ['explain'], inTransaction: true, run: aggregate },
};

/** A pipeline made ready: what is left of it after the part that a find answers, and that part. */
export interface PreparedPipeline {
  readonly compiled: CompiledPipeline;
  readonly query: Query;
  readonly applied: { match: boolean; sort: boolean; limit: boolean };
}

/** Splits off the matches, sort and limit in front, which can use an index. */
export function preparePipeline(context: CommandContext, body: Document = context.body): PreparedPipeline {
  const stages = body['pipeline'];
  if (!Array.isArray(stages)) throw fail('TypeMismatch', "'pipeline' option must be specified as an array");
  const [first] = stages as Document[];
  if (first && '$changeStream' in first)
    throw failAt(40573, 'The $changeStream stage is only supported on replica sets with an oplog, which this server does not keep');
  const variables = documentOption(body, 'let') ?? {};
  const collation = collationOption(body);
  const compiled = compilePipeline(stages as Document[], pipelineContext(context, variables, collation));
  const { leadingMatch, leadingSort, leadingLimit } = compiled;
  const query = {
    filter: leadingMatch ?? {},
    sort: leadingSort,
    limit: leadingLimit ?? 0,
    collation,
    hint: hintOption(body),
    variables: withLet(variables),
    deadline: context.deadline,
  };
  return {
    compiled,
    query,
    applied: { match: leadingMatch !== undefined, sort: leadingSort !== undefined, limit: leadingLimit !== undefined },
  };
}

function pipelineContext(context: CommandContext, variables: Document, collation: PipelineContext['collation']): PipelineContext {
  const search = function* (name: string, filter: Document): Iterable<Document> {
    const collection = findCollection(context, name);
    if (!collection) return;
    for (const { bytes } of findDocuments({ view: context.view, collection }, { filter, collation, deadline: context.deadline }))
      yield decode(bytes);
  };
  return { collection: (name) => search(name, {}), find: search, now: context.now, variables, collation };
}

async function aggregate(context: CommandContext): Promise<CursorReply> {
  const { body, request } = context;
  const cursor = documentOption(body, 'cursor');
  if (!cursor) throw fail('FailedToParse', "The 'cursor' option is required, except for aggregate with the explain argument");
  // `aggregate: 1` runs on the database: only stages that bring their own documents make sense there.
  const name = body[request.name] === 1 ? '$cmd.aggregate' : collectionName(context);
  const prepared = preparePipeline(context);
  const { terminal } = prepared.compiled;
  const output = run(context, name, prepared);
  if (terminal) {
    await writeOutput(context, name, terminal, [...output]);
    return openCursor(context, name, [], {});
  }
  return openCursor(context, name, encodedLazily(output), { batchSize: countOption(cursor, 'batchSize') });
}

/** The pipeline's output, from whatever the index left to read. */
function run(context: CommandContext, name: string, { compiled, query, applied }: PreparedPipeline): Iterable<Document> {
  const collection = context.engine.catalog.find(context.database, name);
  const found = collection ? findDocuments({ view: context.view, collection }, query) : [];
  return compiled.runAfter(applied, decoded(found));
}

function* decoded(found: Iterable<{ bytes: Buffer }>): Iterable<Document> {
  for (const { bytes } of found) yield decode(bytes);
}

function* encodedLazily(documents: Iterable<Document>): Iterable<Buffer> {
  for (const document of documents) yield Buffer.from(encode(document));
}

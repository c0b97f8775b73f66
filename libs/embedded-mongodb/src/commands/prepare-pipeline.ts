import { decode, type Document } from '../bson/codec';
import { compilePipeline, type CompiledPipeline, type PipelineContext, type ServerReport } from '../aggregation/pipeline';
import { fail } from '../errors';
import type { Index } from '../indexes/index-definition';
import { findDocuments, type Query } from '../execution/find-documents';
import { textClauseOf } from '../query/text-clause';
import { breath, mapped, type Breath, type Paced } from '../values/breath';
import { sameCollation, type Collation } from '../values/collation';
import { asksForTextScore, noTextScore } from '../values/text-score';
import { collationOption, findCollection, hintOption, knownCollection, type CommandContext } from './command';
import { letOption } from './let-option';
import { serverReports } from './server-reports';

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
  if (first && '$changeStream' in first) throw fail('NotImplemented', 'explaining a change stream is not supported by this server');
  const variables = letOption(body, context.now);
  const collation = collationOption(body, knownCollection(context, String(body['aggregate'])));
  const compiled = compilePipeline(stages as Document[], pipelineContext(context, variables, collation));
  const { leadingMatch, leadingSort, leadingLimit } = compiled;
  if (asksForTextScore(stages) && textClauseOf(leadingMatch ?? {}) === undefined) throw noTextScore();
  const query = {
    filter: leadingMatch ?? {},
    sort: leadingSort,
    limit: leadingLimit ?? 0,
    collation,
    hint: hintOption(body),
    variables,
  };
  return {
    compiled,
    query,
    applied: { match: leadingMatch !== undefined, sort: leadingSort !== undefined, limit: leadingLimit !== undefined },
  };
}

/** So many bytes of documents may be kept in memory to be joined by hash; as they are stored, decoded they take some times as much. */
const largestJoin = 32 * 1024 * 1024;

/** Whether an equality of this path alone is answered by the index, text included. */
function servesEquality({ fields, text, spec, collation }: Index, path: string, asked: Collation | undefined): boolean {
  const partly = spec.partialFilterExpression !== undefined || spec.sparse === true || spec.hidden === true || text !== undefined;
  return fields[0] === path && !partly && sameCollation(collation, asked);
}

export function pipelineContext(
  context: CommandContext,
  variables: Document | undefined,
  collation: PipelineContext['collation'],
): PipelineContext {
  const search = function* (name: string, filter: Document): Generator<Document | Breath> {
    const collection = findCollection(context, name);
    if (!collection) return;
    const found = findDocuments({ view: context.view, collection, work: context.engine.work }, { filter, collation });
    yield* mapped(found, ({ bytes }) => decode(bytes));
  };
  const toJoin = function* (name: string, path: string): Generator<Breath, Document[] | undefined> {
    const collection = findCollection(context, name);
    if (!collection) return [];
    if (collection.indexes.some((index) => servesEquality(index, path, collation) && context.view.knows(index))) return undefined;
    const documents: Document[] = [];
    let size = 0;
    for (const found of findDocuments({ view: context.view, collection, work: context.engine.work }, { filter: {} })) {
      if (found === breath) {
        yield breath;
        continue;
      }
      size += found.bytes.length;
      if (size > largestJoin) return undefined;
      documents.push(decode(found.bytes));
    }
    return documents;
  };
  const report = (subject: ServerReport, options: Document): Paced<Document> => serverReports[subject](context, options);
  return { collection: (name) => search(name, {}), find: search, toJoin, report, now: context.now, variables, collation };
}

import { decode, type Document } from '../bson/codec';
import { compilePipeline, type CompiledPipeline, type PipelineContext, type ServerReport } from '../aggregation/pipeline';
import { fail } from '../errors';
import { findDocuments, type Query } from '../execution/find-documents';
import { textClauseOf } from '../query/text-clause';
import { mapped, type Breath } from '../values/breath';
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
  const report = (subject: ServerReport, options: Document): Iterable<Document> => serverReports[subject](context, options);
  return { collection: (name) => search(name, {}), find: search, report, now: context.now, variables, collation };
}

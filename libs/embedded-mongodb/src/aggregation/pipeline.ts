import type { Document } from '../bson/document';
import type { Breath, Paced } from '../values/breath';
import type { Collation } from '../values/collation';
import { fail, failAt } from '../errors';
import { isSource, type ServerReport } from './source-stages';
import { StageContext, type Stage } from './stage';
import { compileEach, limitAfter, runAll, stageName, stageTable } from './stages';
import { terminalOf, type PipelineTerminal } from './terminal';

export { accumulators } from './accumulators';
export { runsOnDatabase, type ServerReport } from './source-stages';
export type { PipelineTerminal } from './terminal';

/** What a pipeline may ask of the server around it. */
export interface PipelineContext {
  /** All documents of a collection of the same database, in natural order. */
  collection(name: string): Paced<Document>;
  /** The documents of a collection that match, by index if there is one; absent: the whole collection is read and filtered. */
  find?(name: string, filter: Document): Paced<Document>;
  /** All documents of a collection, to be joined by hash on this path; undefined where `find` is by index, or where they are too many to be kept. */
  toJoin?(name: string, path: string): Generator<Breath, Document[] | undefined>;
  /** What the server tells about itself; absent: nothing. */
  report?(subject: ServerReport, options: Document): Paced<Document>;
  readonly now: Date;
  /** The command's `let`, by name without the dollars. */
  readonly variables?: Document;
  readonly collation?: Collation;
}

export interface CompiledPipeline {
  /** Runs the stages over the whole collection's documents; lazy as far as the stages allow. */
  run(input: Paced<Document>): Paced<Document>;
  /** Runs what is left when the server has already applied `leadingMatch`, and, if told so, `leadingSort` (and `leadingLimit` after it) too. */
  runAfter(applied: { match?: boolean; sort?: boolean; limit?: boolean }, input: Paced<Document>): Paced<Document>;
  /** The front `$match` stages as one filter. */
  readonly leadingMatch?: Document;
  /** The `$sort` directly after the leading matches (or in front). */
  readonly leadingSort?: Document;
  /** A bound on how many documents are needed after `leadingMatch` and `leadingSort` ($limit, or $skip + $limit). */
  readonly leadingLimit?: number;
  /** All collections the pipeline reads besides its own ($lookup, $unionWith, $graphLookup). */
  readonly collections: readonly string[];
  readonly terminal?: PipelineTerminal;
}

/** All stages, those that write included. */
export const pipelineStages: readonly string[] = [...Object.keys(stageTable), '$out', '$merge'];

/** Compiles an aggregation pipeline. Errors: 40324 for an unknown stage, 168 for an unknown expression, and the stages' own. */
export function compilePipeline(stages: Document[], context: PipelineContext): CompiledPipeline {
  const terminal = terminalOf(stages);
  const reading = terminal ? stages.slice(0, -1) : stages;
  const variables: Document = { NOW: context.now, ...context.variables };
  const compiled = compileEach(reading, new StageContext(context, variables, compileInner), true);
  const front = frontOf(reading);
  return {
    run: (input) => runAll(compiled, input),
    // The $limit stays in the rest: what the server has cut already passes it unharmed.
    runAfter: ({ match, sort }, input) => runAll(compiled.slice(sort ? front.afterSort : match ? front.afterMatch : 0), input),
    leadingMatch: front.match,
    leadingSort: front.sort,
    leadingLimit: limitAfter(reading, front.afterSort - 1),
    collections: [...new Set(collectionsOf(stages))],
    terminal,
  };
}

function compileInner(stages: Document[], context: StageContext): Stage {
  if (stages[0] && '$collStats' in stages[0])
    throw fail('NotImplemented', '$collStats inside another stage is not supported by this server');
  if (stages[0] && isSource(stageName(stages[0])))
    throw fail('InvalidNamespace', `'${stageName(stages[0])}' can only be run with database-level aggregate`);
  const writing = stages.map(stageName).find((name) => name === '$out' || name === '$merge');
  if (writing !== undefined) throw failAt(51047, `${writing} is not allowed within a $lookup's sub-pipeline`);
  const compiled = compileEach(stages, context);
  return (input) => runAll(compiled, input);
}

function frontOf(stages: readonly Document[]): { match?: Document; sort?: Document; afterMatch: number; afterSort: number } {
  const firstOther = stages.findIndex((stage) => stageName(stage) !== '$match');
  const afterMatch = firstOther < 0 ? stages.length : firstOther;
  const matches = stages.slice(0, afterMatch).map((stage) => stage['$match'] as Document);
  const match = matches.length > 1 ? { $and: matches } : matches[0];
  const sort = stages[afterMatch]?.['$sort'] as Document | undefined;
  return { match, sort, afterMatch, afterSort: sort ? afterMatch + 1 : afterMatch };
}

function collectionsOf(stages: readonly Document[]): string[] {
  return stages.flatMap((stage) => {
    const name = stageName(stage);
    const specification = stage[name] as Document | string;
    if (name === '$facet') return Object.values(specification as Document).flatMap((inner) => collectionsOf(inner as Document[]));
    if (name !== '$lookup' && name !== '$graphLookup' && name !== '$unionWith') return [];
    if (typeof specification === 'string') return [specification];
    return [
      specification['from'] ?? specification['coll'],
      ...collectionsOf((specification['pipeline'] as Document[] | undefined) ?? []),
    ] as string[];
  });
}

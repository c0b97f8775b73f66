import { decode, encode, type Document } from '../bson/codec';
import { fail } from '../errors';
import { runPlan, Work, type Query } from '../execution/find-documents';
import type { IndexPlan } from '../execution/index-plan';
import { plan, type Plan } from '../execution/planner';
import { textQueryOf, type TextQuery } from '../execution/text-query';
import type { Collection } from '../storage/collection';
import { preparePipeline } from './prepare-pipeline';
import { collationOption, documentOption, hintOption, isTrue, toNumber, type CommandContext, type CommandTable } from './command';
import { serverVersion } from './handshake-commands';
import { everyLevel } from './read-concern';
import { findQuery } from './read-commands';

export const explainCommands: CommandTable = { explain: { options: ['verbosity'], takesReadConcern: everyLevel, run: explain } };

/** Shows how a command would be carried out, in MongoDB's shape. Errors: 59 for a command that has no plan. */
export function explain(context: CommandContext): Document {
  const command = documentOption(context.body, 'explain');
  if (!command) throw fail('TypeMismatch', "BSON field 'explain' is the wrong type, expected type 'object'");
  const name = Object.keys(command)[0] ?? '';
  return explainCommand(context, name, command);
}

export function explainCommand(context: CommandContext, name: string, command: Document): Document {
  const verbosity = verbosityOf(context.body);
  const collection = context.engine.catalog.find(context.database, String(command[name]));
  const asked = queryOf(context, name, command, collection);
  const explained = explainQuery(context, collection, String(command[name]), asked, verbosity);
  if (name !== 'aggregate') return explained;
  const { serverInfo, command: stated, ...cursor } = explained;
  const stages = (command['pipeline'] as Document[]).map((stage) => stage);
  return { explainVersion: '1', stages: [{ $cursor: cursor }, ...stages], serverInfo, command: stated };
}

const verbosities = ['queryPlanner', 'executionStats', 'allPlansExecution'];

/** Errors: 2 for one that is none. */
function verbosityOf({ verbosity = 'allPlansExecution' }: Document): string {
  if (typeof verbosity === 'string' && verbosities.includes(verbosity)) return verbosity;
  throw fail('BadValue', `Enumeration value '${String(verbosity)}' for field 'explain.verbosity' is not a valid value.`);
}

interface Asked {
  readonly query: Query;
  /** The stage on top of the plan. */
  readonly top: string | undefined;
  readonly projects: boolean;
}

function queryOf(context: CommandContext, name: string, command: Document, collection: Collection | undefined): Asked {
  const statement = (field: string): Document => (command[field] as Document[] | undefined)?.[0] ?? {};
  const filterOf = (body: Document, field: string, limit = 0): Query => ({
    filter: documentOption(body, field) ?? {},
    sort: documentOption(body, 'sort'),
    collation: collationOption(body, collection),
    hint: hintOption(body),
    limit,
  });
  switch (name) {
    case 'find':
      return {
        query: findQuery(context, collection, command),
        top: undefined,
        projects: Object.keys(documentOption(command, 'projection') ?? {}).length > 0,
      };
    case 'aggregate':
      return { query: preparePipeline(context, command).query, top: undefined, projects: false };
    case 'count':
      return { query: { ...filterOf(command, 'query'), limit: Math.abs(toNumber(command['limit']) ?? 0) }, top: 'COUNT', projects: false };
    case 'distinct':
      return { query: filterOf(command, 'query'), top: undefined, projects: false };
    case 'findAndModify':
      return { query: filterOf(command, 'query', 1), top: isTrue(command['remove']) ? 'DELETE' : 'UPDATE', projects: false };
    case 'update':
      return { query: filterOf(statement('updates'), 'q', isTrue(statement('updates')['multi']) ? 0 : 1), top: 'UPDATE', projects: false };
    case 'delete':
      return { query: filterOf(statement('deletes'), 'q', toNumber(statement('deletes')['limit'])), top: 'DELETE', projects: false };
    default:
      throw fail('CommandNotFound', `Explain failed due to unknown command: ${name}`);
  }
}

function explainQuery(
  context: CommandContext,
  collection: Collection | undefined,
  name: string,
  asked: Asked,
  verbosity: string,
): Document {
  const { engine, view, database } = context;
  const chosen = collection && plan(view, collection, asked.query);
  const text = collection && textQueryOf(collection, asked.query.filter);
  const tree = chosen ? stagesOf(chosen, asked, text) : { stage: 'EOF' };
  const command = decode(encode(documentOption(context.body, 'explain') ?? context.body));
  return {
    explainVersion: '1',
    queryPlanner: {
      namespace: `${database}.${name}`,
      parsedQuery: asked.query.filter,
      ...(asked.query.collation && { collation: asked.query.collation.document }),
      indexFilterSet: false,
      maxIndexedOrSolutionsReached: false,
      winningPlan: tree,
      rejectedPlans: [],
    },
    ...(verbosity !== 'queryPlanner' && { executionStats: execute(context, collection, asked, chosen, tree) }),
    command: { ...command, $db: database },
    serverInfo: { host: engine.address.host, port: engine.address.port, version: serverVersion },
  };
}

function execute(
  context: CommandContext,
  collection: Collection | undefined,
  { query }: Asked,
  chosen: Plan | undefined,
  tree: Document,
): Document {
  const work = new Work();
  const startedAt = performance.now();
  let nReturned = 0;
  if (collection && chosen) for (const found of runPlan({ view: context.view, collection }, query, chosen, work)) if (found) nReturned++;
  return {
    executionSuccess: true,
    nReturned,
    executionTimeMillis: Math.round(performance.now() - startedAt),
    totalKeysExamined: work.keysExamined,
    totalDocsExamined: work.documentsExamined,
    executionStages: { ...tree, nReturned },
  };
}

function stagesOf(chosen: Plan, { query, top, projects }: Asked, text: TextQuery | undefined): Document {
  let tree = accessStage(chosen, query);
  if (text) tree = textStage(text, tree);
  if (!chosen.sorted) tree = { stage: 'SORT', sortPattern: query.sort, memLimit: 104_857_600, type: 'simple', inputStage: tree };
  if (query.skip) tree = { stage: 'SKIP', skipAmount: query.skip, inputStage: tree };
  if (query.limit && top === undefined) tree = { stage: 'LIMIT', limitAmount: query.limit, inputStage: tree };
  if (projects) tree = { stage: 'PROJECTION_DEFAULT', inputStage: tree };
  return top === undefined ? tree : { stage: top, inputStage: tree };
}

/** What the keys of the words have brought, held against the search as a whole. */
function textStage({ index, search }: TextQuery, inputStage: Document): Document {
  const { terms, negatedTerms, phrases, negatedPhrases } = search.parsed;
  return {
    stage: 'TEXT_MATCH',
    indexName: index.spec.name,
    parsedTextQuery: { terms, negatedTerms, phrases, negatedPhrases },
    textIndexVersion: 3,
    inputStage,
  };
}

function accessStage(chosen: Plan, { filter }: Query): Document {
  switch (chosen.kind) {
    case 'COLLSCAN':
      return { stage: 'COLLSCAN', ...(Object.keys(filter).length > 0 && { filter }), direction: chosen.reverse ? 'backward' : 'forward' };
    case 'IXSCAN':
      return { stage: 'FETCH', ...(Object.keys(filter).length > 0 && { filter }), inputStage: indexStage(chosen) };
    case 'OR':
      return { stage: 'FETCH', filter, inputStage: { stage: 'OR', inputStages: chosen.branches.map(indexStage) } };
  }
}

function indexStage({ index, ranges, reverse, equalities, ranged }: IndexPlan): Document {
  const { spec } = index;
  return {
    stage: 'IXSCAN',
    keyPattern: { ...spec.key },
    indexName: spec.name,
    isMultiKey: index.multikey !== 0,
    isUnique: index.unique,
    ...(spec.collation && { collation: spec.collation }),
    isSparse: spec.sparse ?? false,
    isPartial: spec.partialFilterExpression !== undefined,
    indexVersion: 2,
    direction: reverse ? 'backward' : 'forward',
    ranges: ranges.length,
    boundedFields: equalities + Number(ranged),
  };
}

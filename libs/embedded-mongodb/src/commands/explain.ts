import { decode, encode, type Document } from '../bson/codec';
import { fail } from '../errors';
import { findDocuments, isDirect, Work, type Query } from '../execution/find-documents';
import { plan } from '../execution/planner';
import { textQueryOf } from '../execution/text-query';
import type { Collection } from '../storage/collection';
import { preparePipeline } from './prepare-pipeline';
import {
  collationOption,
  countOption,
  documentOption,
  findCollection,
  hintOption,
  isTrue,
  toNumber,
  type CommandContext,
  type CommandTable,
} from './command';
import { forEach } from './give-way';
import { isKnown } from './counting';
import { serverVersion } from './handshake-commands';
import { everyLevel } from './read-concern';
import { stagesOf, type Access } from './plan-stages';
import { findQuery } from './read-commands';

export const explainCommands: CommandTable = { explain: { options: ['verbosity'], takesReadConcern: everyLevel, run: explain } };

/** Shows how a command would be carried out, in MongoDB's shape. Errors: 59 for a command that has no plan. */
export function explain(context: CommandContext): Promise<Document> {
  const command = documentOption(context.body, 'explain');
  if (!command) throw fail('TypeMismatch', "BSON field 'explain' is the wrong type, expected type 'object'");
  const name = Object.keys(command)[0] ?? '';
  return explainCommand(context, name, command);
}

export async function explainCommand(context: CommandContext, name: string, command: Document): Promise<Document> {
  const verbosity = verbosityOf(context.body);
  const asked = askedOf(context, name, command);
  const explained = await explainAsked(context, asked, verbosity);
  if (asked.rest === undefined || asked.rest.length === 0) return explained;
  const { serverInfo, command: stated, explainVersion, ...cursor } = explained;
  return { explainVersion, stages: [{ $cursor: cursor }, ...asked.rest], serverInfo, command: stated };
}

const verbosities = ['queryPlanner', 'executionStats', 'allPlansExecution'];

/** Errors: 2 for one that is none. */
function verbosityOf({ verbosity = 'allPlansExecution' }: Document): string {
  if (typeof verbosity === 'string' && verbosities.includes(verbosity)) return verbosity;
  throw fail('BadValue', `Enumeration value '${String(verbosity)}' for field 'explain.verbosity' is not a valid value.`);
}

interface Asked {
  readonly collection: Collection | undefined;
  readonly namespace: string;
  readonly query: Query;
  /** The stage on top of the plan. */
  readonly top?: string;
  readonly projection?: Document;
  /** The stages of a pipeline that come behind. */
  readonly rest?: readonly Document[];
}

function askedOf(context: CommandContext, name: string, command: Document): Asked {
  const target = String(command[name]);
  const collection = findCollection(context, target);
  const about = { collection, namespace: `${context.database}.${target}` };
  const statement = (field: string): Document => (command[field] as Document[] | undefined)?.[0] ?? {};
  const queryIn = (body: Document, field: string, limit = 0): Query => ({
    filter: documentOption(body, field) ?? {},
    sort: documentOption(body, 'sort'),
    collation: collationOption(body, collection),
    hint: hintOption(body),
    limit,
  });
  switch (name) {
    case 'find':
      return { ...about, query: findQuery(context, collection, command), projection: documentOption(command, 'projection') };
    case 'aggregate':
      if (command['writeConcern'] !== undefined)
        throw fail('FailedToParse', "Aggregation explain does not support the'writeConcern' option");
      return { ...about, ...pipelineOf(context, command) };
    case 'count': {
      const query = { ...queryIn(command, 'query'), skip: countOption(command, 'skip'), limit: Math.abs(toNumber(command['limit']) ?? 0) };
      return { ...about, query, top: isKnown(query, context) ? 'RECORD_STORE_FAST_COUNT' : 'COUNT' };
    }
    case 'distinct':
      return { ...about, query: queryIn(command, 'query') };
    case 'findAndModify':
    case 'findandmodify':
      return { ...about, query: queryIn(command, 'query', 1), top: isTrue(command['remove']) ? 'DELETE' : 'UPDATE' };
    case 'update':
      return { ...about, query: queryIn(statement('updates'), 'q', isTrue(statement('updates')['multi']) ? 0 : 1), top: 'UPDATE' };
    case 'delete':
      return { ...about, query: queryIn(statement('deletes'), 'q', toNumber(statement('deletes')['limit'])), top: 'DELETE' };
    default:
      throw fail('CommandNotFound', `Explain failed due to unknown command: ${name}`);
  }
}

/** What an index answers of a pipeline, and the stages that are left. */
function pipelineOf(context: CommandContext, command: Document): { query: Query; rest: readonly Document[] } {
  const { query, applied } = preparePipeline(context, command);
  const stages = command['pipeline'] as Document[];
  const matches = stages.findIndex((stage) => !('$match' in stage));
  const matched = matches < 0 ? stages.length : matches;
  const rest = stages.slice(applied.sort ? matched + 1 : matched);
  // A $limit directly behind is the plan's own.
  return { query, rest: applied.limit && '$limit' in (rest[0] ?? {}) ? rest.slice(1) : rest };
}

async function explainAsked(context: CommandContext, asked: Asked, verbosity: string): Promise<Document> {
  const { engine, database } = context;
  const access = accessOf(context, asked);
  const command = decode(encode(documentOption(context.body, 'explain') ?? context.body));
  return {
    explainVersion: '1',
    queryPlanner: {
      namespace: asked.namespace,
      parsedQuery: asked.query.filter,
      ...(asked.query.collation && { collation: asked.query.collation.document }),
      indexFilterSet: false,
      maxIndexedOrSolutionsReached: false,
      winningPlan: treeOf(access, asked),
      rejectedPlans: [],
    },
    ...(verbosity !== 'queryPlanner' && { executionStats: await execute(context, asked, access) }),
    command: { ...command, $db: database },
    serverInfo: { host: engine.address.host, port: engine.address.port, version: serverVersion },
  };
}

/** Undefined where there is no collection. */
function accessOf({ view }: CommandContext, { collection, query, top, projection }: Asked): Access | undefined {
  if (!collection) return undefined;
  const direct = isDirect(collection, query);
  return { query, top, projection, plan: direct ? undefined : plan(view, collection, query), text: textQueryOf(collection, query.filter) };
}

function treeOf(access: Access | undefined, { top }: Asked, work?: Work): Document {
  if (!access) return { stage: 'EOF' };
  return top === 'RECORD_STORE_FAST_COUNT' ? { stage: top } : stagesOf(access, work);
}

/** Carries out the search, and nothing of what would be changed. */
async function execute(context: CommandContext, asked: Asked, access: Access | undefined): Promise<Document> {
  const { collection, query, top } = asked;
  const work = new Work();
  const startedAt = performance.now();
  let found = 0;
  if (collection && top !== 'RECORD_STORE_FAST_COUNT')
    await forEach(context, findDocuments({ view: context.view, collection }, query, work), () => found++);
  // What counts, changes or deletes returns no documents.
  const nReturned = top === undefined ? found : 0;
  return {
    executionSuccess: true,
    nReturned,
    executionTimeMillis: Math.round(performance.now() - startedAt),
    totalKeysExamined: work.keysExamined,
    totalDocsExamined: work.documentsExamined,
    executionStages: { ...treeOf(access, asked, work), nReturned, ...outcomeOf(top, found) },
  };
}

function outcomeOf(top: string | undefined, found: number): Document {
  switch (top) {
    case 'COUNT':
      return { nCounted: found };
    case 'UPDATE':
      return { nMatched: found };
    case 'DELETE':
      return { nWouldDelete: found };
    default:
      return {};
  }
}

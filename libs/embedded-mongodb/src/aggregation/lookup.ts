import { isDocument, type Document } from '../bson/document';
import { show } from '../bson/show';
import { typeName } from '../bson/types';
import { fail } from '../errors';
import { breath, gathered, paced, type Breath, type Paced } from '../values/breath';
import { splitFieldPath } from '../values/field-path';
import { valuesAt } from '../values/paths';
import { replaceAt } from './choosing-stages';
import { equalityFilter, HashTable } from './partners';
import type { Stage, StageContext } from './stage';

interface Lookup {
  readonly from: string;
  readonly as: string;
  readonly localField?: string;
  readonly foreignField?: string;
  readonly variables: Document;
  readonly pipeline?: Document[];
}

function lookupOptions(specification: unknown): Lookup {
  if (!isDocument(specification))
    throw fail('FailedToParse', `the $lookup stage specification must be an object, but found ${typeName(specification)}`);
  const { from, as, localField, foreignField, let: variables = {}, pipeline } = specification;
  const unknown = Object.keys(specification).find(
    (name) => !['from', 'as', 'localField', 'foreignField', 'let', 'pipeline'].includes(name),
  );
  if (unknown !== undefined) throw fail('FailedToParse', `unknown argument to $lookup: ${unknown}`);
  for (const [name, value] of Object.entries({ from, as, localField, foreignField })) {
    if (value !== undefined && typeof value !== 'string')
      throw fail('FailedToParse', `$lookup argument '${name}: ${show(value)}' must be a string, is type ${typeName(value)}`);
  }
  if (as === undefined) throw fail('FailedToParse', "must specify 'as' field for a $lookup");
  if (from === undefined) throw fail('FailedToParse', "must specify 'from' field for a $lookup");
  if ((localField === undefined) !== (foreignField === undefined) || (localField === undefined && pipeline === undefined)) {
    throw fail('FailedToParse', "$lookup requires both or neither of 'localField' and 'foreignField' to be specified");
  }
  if (pipeline !== undefined && !Array.isArray(pipeline)) throw fail('FailedToParse', "'pipeline' must be an array");
  if ('let' in specification && pipeline === undefined)
    throw fail('FailedToParse', "$lookup with a 'let' argument must also specify 'pipeline'");
  if (from === '' || (from as string).startsWith('.') || (from as string).includes('\0'))
    throw fail('InvalidNamespace', `Invalid $lookup namespace: '${String(from)}'`);
  if (!isDocument(variables))
    throw fail('FailedToParse', `$lookup argument 'let: ${String(variables)}' must be an object, is type ${typeName(variables)}`);
  return { from, as, localField, foreignField, variables, pipeline } as Lookup;
}

/** Compiles `$lookup`: by fields, by a pipeline, or by both. Error: 9 FailedToParse. */
export function lookup(specification: unknown, context: StageContext): Stage {
  const options = lookupOptions(specification);
  const as = splitFieldPath(options.as);
  const start = joiner(options, context);
  return function* (input) {
    const join = start();
    for (const document of input) {
      if (document === breath) yield breath;
      else yield replaceAt(document, as, 0, yield* join(document));
    }
  };
}

type Join = (document: Document) => Generator<Breath, Document[]>;

/** Makes, for each run of the pipeline, what finds a document's partners. */
function joiner(options: Lookup, context: StageContext): () => Join {
  const { from, localField, foreignField, pipeline } = options;
  const values = Object.entries(options.variables).map(([name, value]) => [name, context.expression(value)] as const);
  // The inner pipeline sees the outer variables and its own; they are set before each run.
  const inner: Document = { ...context.variables, ...Object.fromEntries(values.map(([name]) => [name, undefined])) };
  const sub = pipeline ? innerPipeline(pipeline, from, context, inner) : undefined;
  return () => {
    const partners = localField !== undefined && foreignField !== undefined ? byField(from, localField, foreignField, context) : undefined;
    let remembered: Document[] | undefined;
    return function* (document) {
      if (!sub) return yield* partners!(document);
      if (!partners && remembered) return remembered;
      Object.assign(inner, context.variables);
      for (const [name, value] of values) inner[name] = value(document);
      const found = yield* gathered(partners ? sub.over(paced(yield* partners(document))) : sub.all());
      // A pipeline that takes nothing from the document answers the same for all.
      if (values.length === 0) remembered = found;
      return found;
    };
  };
}

interface InnerPipeline {
  /** Over partners found already. */
  readonly over: Stage;
  /** Over the foreign collection, by index as far as its first $match allows. */
  all(): Paced<Document>;
}

function innerPipeline(stages: Document[], from: string, context: StageContext, variables: Document): InnerPipeline {
  const over = context.pipeline(stages, variables);
  const { server } = context;
  const first = stages[0]?.['$match'];
  if (!server.find || !isDocument(first)) return { over, all: () => over(server.collection(from)) };
  const plain = Object.fromEntries(Object.entries(first).filter(([name]) => !name.startsWith('$')));
  const joins = joinedFields(first['$expr'], variables);
  return {
    over,
    // The filter only narrows the search: the $match runs all the same.
    all: () => {
      const filter = { ...plain };
      for (const [path, variable] of joins) {
        const value = variables[variable];
        if (!(path in filter) && isScalar(value)) filter[path] = { $eq: value };
      }
      return over(Object.keys(filter).length === 0 ? server.collection(from) : server.find!(from, filter));
    },
  };
}

/** The `{ $eq: ['$path', '$$variable'] }` that an `$expr` demands, alone or under `$and`. */
function joinedFields(expression: unknown, variables: Document): [string, string][] {
  if (!isDocument(expression)) return [];
  const parts = expression['$and'];
  if (Array.isArray(parts)) return parts.flatMap((part) => joinedFields(part, variables));
  const sides = expression['$eq'];
  if (!Array.isArray(sides)) return [];
  const names = sides.filter((side): side is string => typeof side === 'string');
  const field = names.find((side) => /^\$[^$]/.test(side));
  const variable = names.find((side) => side.startsWith('$$') && Object.hasOwn(variables, side.slice(2)));
  return field !== undefined && variable !== undefined ? [[field.slice(1), variable.slice(2)]] : [];
}

// A field that equals a scalar matches it as a filter, too; of null and of arrays that cannot be said.
function isScalar(value: unknown): boolean {
  return value !== null && value !== undefined && !Array.isArray(value);
}

/** Partners by equality of fields: by hash, for which the foreign collection is read once, or by asking the server for each document. */
function byField(from: string, localField: string, foreignField: string, context: StageContext): Join {
  const { server } = context;
  let table: Answer | undefined;
  return function* (document) {
    const values = localValues(document, localField);
    table ??= { made: yield* tableOf(from, foreignField, context) };
    return table.made?.partners(values) ?? (yield* gathered(server.find!(from, equalityFilter(foreignField, values))));
  };
}

/** A table, or that there is none. */
interface Answer {
  readonly made: HashTable | undefined;
}

function* tableOf(from: string, path: string, context: StageContext): Generator<Breath, HashTable | undefined> {
  const { server } = context;
  if (!server.find) return yield* HashTable.over(server.collection(from), path, context);
  const documents = server.toJoin && (yield* server.toJoin(from, path));
  return documents && (yield* HashTable.over(paced(documents), path, context));
}

// A missing field joins as null does, and so does an empty array.
function localValues(document: Document, path: string): unknown[] {
  const values = valuesAt(document, path);
  const flat = values.flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : [value]));
  return flat.length === 0 ? [null] : flat;
}

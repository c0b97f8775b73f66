import { isDocument, type Document } from '../bson/document';
import { toNumber } from '../bson/numbers';
import { isNumeric, typeName } from '../bson/types';
import { fail, failAt } from '../errors';
import { compileFilter } from '../query/matcher';
import { distinctValuesAt, valuesAt } from '../query/paths';
import { isRegex } from '../query/regex';
import { ValueSet, equalityKey } from '../query/value-set';
import { replaceAt } from './choosing-stages';
import type { Stage, StageCompiler, StageContext } from './stage';

/** Stages that read other collections, or the same documents several times. */
export const joiningStages: Readonly<Record<string, StageCompiler>> = {
  $lookup: lookup,
  $graphLookup: graphLookup,
  $unionWith: (specification, context) => {
    const { coll, pipeline = [] } = (typeof specification === 'string' ? { coll: specification } : specification) as Document;
    if (typeof coll !== 'string')
      throw fail('FailedToParse', "the $unionWith stage specification must be an object or string, and 'coll' a string");
    const rest = context.pipeline(pipeline as Document[]);
    return function* (input) {
      yield* input;
      yield* rest(context.server.collection(coll));
    };
  },
  $facet: (specification, context) => {
    if (!isDocument(specification))
      throw failAt(40169, `the $facet specification must be a non-empty object, but found: ${typeName(specification)}`);
    const facets = Object.entries(specification).map(([name, stages]) => {
      if (!Array.isArray(stages)) throw failAt(40170, `arguments to $facet must be arrays, ${name} is type ${typeName(stages)}`);
      const banned = stages
        .map((stage) => Object.keys(stage as Document)[0])
        .find((stage) => ['$out', '$merge', '$facet'].includes(stage!));
      if (banned) throw failAt(40600, `${banned} is not allowed to be used within a $facet stage`);
      return [name, context.pipeline(stages as Document[])] as const;
    });
    if (facets.length === 0) throw failAt(40169, 'the $facet specification must be a non-empty object');
    return function* (input) {
      const documents = [...input];
      yield Object.fromEntries(facets.map(([name, stage]) => [name, [...stage(documents)]]));
    };
  },
};

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
      throw fail('FailedToParse', `$lookup argument '${name}: ${String(value)}' must be a string, is type ${typeName(value)}`);
  }
  if (as === undefined) throw fail('FailedToParse', "must specify 'as' field for a $lookup");
  if (from === undefined) throw fail('FailedToParse', "must specify 'from' field for a $lookup");
  if ((localField === undefined) !== (foreignField === undefined) || (localField === undefined && pipeline === undefined)) {
    throw fail('FailedToParse', "$lookup requires both or neither of 'localField' and 'foreignField' to be specified");
  }
  if (pipeline !== undefined && !Array.isArray(pipeline)) throw fail('FailedToParse', "'pipeline' must be an array");
  if (!isDocument(variables))
    throw fail('FailedToParse', `$lookup argument 'let: ${String(variables)}' must be an object, is type ${typeName(variables)}`);
  return { from, as, localField, foreignField, variables, pipeline } as Lookup;
}

function lookup(specification: unknown, context: StageContext): Stage {
  const options = lookupOptions(specification);
  const as = options.as.split('.');
  const start = joiner(options, context);
  return function* (input) {
    const join = start();
    for (const document of input) yield replaceAt(document, as, 0, join(document));
  };
}

type Join = (document: Document) => Document[];

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
    return (document) => {
      if (!sub) return partners!(document);
      if (!partners && remembered) return remembered;
      Object.assign(inner, context.variables);
      for (const [name, value] of values) inner[name] = value(document);
      const found = [...(partners ? sub.over(partners(document)) : sub.all())];
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
  all(): Iterable<Document>;
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

/** Partners by equality of fields: by the server's index if it has one, else by a hash of the foreign collection made once. */
function byField(from: string, localField: string, foreignField: string, context: StageContext): Join {
  const { server } = context;
  if (server.find && server.indexed?.(from, foreignField) !== false) {
    return (document) => [...server.find!(from, equalityFilter(foreignField, localValues(document, localField)))];
  }
  let table: HashTable | undefined;
  return (document) =>
    (table ??= new HashTable(server.collection(from), foreignField, context)).partners(localValues(document, localField));
}

// A missing field joins as null does.
function localValues(document: Document, path: string): unknown[] {
  const values = valuesAt(document, path);
  return values.length === 0 ? [null] : values.flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : [value]));
}

function equalityFilter(path: string, values: unknown[]): Document {
  const [only] = values;
  if (values.length === 1 && !isRegex(only)) return { [path]: { $eq: only } };
  const regexes = values.filter(isRegex).map((regex) => ({ [path]: { $eq: regex } }));
  const rest = { [path]: { $in: values.filter((value) => !isRegex(value)) } };
  return regexes.length === 0 ? rest : { $or: [rest, ...regexes] };
}

class HashTable {
  private readonly documents: Document[];
  private readonly rows = new Map<unknown, number[]>();

  constructor(
    documents: Iterable<Document>,
    path: string,
    private readonly context: StageContext,
  ) {
    this.documents = [...documents];
    const isNull = compileFilter({ [path]: null });
    this.documents.forEach((document, row) => {
      const whole = valuesAt(document, path).filter(Array.isArray);
      const keys = new Set([...distinctValuesAt(document, path), ...whole].map((value) => equalityKey(value, context.collation)));
      if (isNull(document)) keys.add(null);
      for (const key of keys) {
        const rows = this.rows.get(key);
        if (rows) rows.push(row);
        else this.rows.set(key, [row]);
      }
    });
  }

  partners(values: unknown[]): Document[] {
    const found = values.map((value) => this.rows.get(equalityKey(value, this.context.collation)) ?? []);
    const rows = found.length === 1 ? found[0]! : [...new Set(found.flat())].sort((a, b) => a - b);
    return rows.map((row) => this.documents[row]!);
  }
}

function graphLookup(specification: unknown, context: StageContext): Stage {
  if (!isDocument(specification)) throw fail('FailedToParse', 'the $graphLookup stage specification must be an object');
  const { from, startWith, connectFromField, connectToField, as, maxDepth, depthField, restrictSearchWithMatch } = specification;
  for (const [name, value] of Object.entries({ from, as, connectFromField, connectToField })) {
    if (typeof value !== 'string') throw failAt(40103, `expected string as argument for ${name}, found: ${typeName(value)}`);
  }
  if (startWith === undefined)
    throw failAt(40105, "$graphLookup requires 'from', 'as', 'startWith', 'connectFromField', and 'connectToField' to be specified.");
  if (maxDepth !== undefined && !isNumeric(maxDepth))
    throw failAt(40100, `maxDepth requires a numeric value, found type: ${typeName(maxDepth)}`);
  const start = context.expression(startWith);
  const allowed = compileFilter((restrictSearchWithMatch as Document | undefined) ?? {}, {
    collation: context.collation,
    variables: context.variables,
  });
  const search = {
    from,
    connectFromField,
    connectToField,
    depthField,
    allowed,
    deepest: maxDepth === undefined ? Infinity : toNumber(maxDepth),
  } as Search;
  const path = (as as string).split('.');
  return function* (input) {
    for (const document of input) {
      const value = start(document);
      yield replaceAt(document, path, 0, reachable(Array.isArray(value) ? (value as unknown[]) : [value ?? null], search, context));
    }
  };
}

interface Search {
  readonly from: string;
  readonly connectFromField: string;
  readonly connectToField: string;
  readonly depthField?: string;
  readonly deepest: number;
  readonly allowed: (document: Document) => boolean;
}

/** Breadth first, each document once, at the depth it was first reached. */
function reachable(frontier: unknown[], search: Search, context: StageContext): Document[] {
  const visited = new ValueSet();
  const found: Document[] = [];
  const { server } = context;
  for (let depth = 0; frontier.length > 0 && depth <= search.deepest; depth++) {
    const filter = equalityFilter(search.connectToField, frontier);
    const candidates = server.find ? server.find(search.from, filter) : filtered(server.collection(search.from), filter, context);
    const fresh = [...candidates].filter((document) => search.allowed(document) && visited.add(document['_id']));
    for (const document of fresh) found.push(search.depthField ? { ...document, [search.depthField]: BigInt(depth) } : document);
    frontier = fresh.flatMap((document) => distinctValuesAt(document, search.connectFromField));
  }
  return found;
}

function filtered(documents: Iterable<Document>, filter: Document, { collation }: StageContext): Document[] {
  return [...documents].filter(compileFilter(filter, { collation }));
}

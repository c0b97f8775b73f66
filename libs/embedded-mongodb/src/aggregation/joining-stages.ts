import { isDocument, setField, type Document } from '../bson/document';
import { toNumber } from '../bson/numbers';
import { isNumeric, typeName } from '../bson/types';
import { fail, failAt } from '../errors';
import { compileFilter } from '../query/matcher';
import { breath, gathered, paced, type Breath, type Paced } from '../values/breath';
import { checkFieldName } from '../values/field-path';
import { distinctValuesAt } from '../values/paths';
import { ValueSet } from '../values/value-set';
import { replaceAt } from './choosing-stages';
import { lookup } from './lookup';
import { equalityFilter } from './partners';
import { isSource } from './source-stages';
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
      checkFieldName(name);
      if (!Array.isArray(stages)) throw failAt(40170, `arguments to $facet must be arrays, ${name} is type ${typeName(stages)}`);
      const banned = stages
        .map((stage) => {
          if (!isDocument(stage))
            throw failAt(
              40171,
              `elements of arrays in $facet spec must be non-empty objects, ${name} argument contained ${typeName(stage)}`,
            );
          return Object.keys(stage)[0];
        })
        .find((stage) => ['$out', '$merge', '$facet'].includes(stage!) || isSource(stage!));
      if (banned) throw failAt(40600, `${banned} is not allowed to be used within a $facet stage`);
      return [name, context.pipeline(stages as Document[])] as const;
    });
    if (facets.length === 0) throw failAt(40169, 'the $facet specification must be a non-empty object');
    return function* (input) {
      const documents = yield* gathered(input);
      const found: Document = {};
      for (const [name, stage] of facets) setField(found, name, yield* gathered(stage(paced(documents))));
      yield found;
    };
  },
};

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
      if (document === breath) {
        yield breath;
        continue;
      }
      const value = start(document);
      const frontier = Array.isArray(value) ? (value as unknown[]) : [value ?? null];
      yield replaceAt(document, path, 0, yield* reachable(frontier, search, context));
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
function* reachable(frontier: unknown[], search: Search, context: StageContext): Generator<Breath, Document[]> {
  const visited = new ValueSet();
  const found: Document[] = [];
  const { server } = context;
  for (let depth = 0; frontier.length > 0 && depth <= search.deepest; depth++) {
    const filter = equalityFilter(search.connectToField, frontier);
    const candidates = server.find ? server.find(search.from, filter) : filtered(server.collection(search.from), filter, context);
    const fresh = (yield* gathered(candidates)).filter((document) => search.allowed(document) && visited.add(document['_id']));
    for (const document of fresh) found.push(search.depthField ? { ...document, [search.depthField]: BigInt(depth) } : document);
    frontier = fresh.flatMap((document) => distinctValuesAt(document, search.connectFromField));
  }
  return found;
}

function* filtered(documents: Paced<Document>, filter: Document, { collation }: StageContext): Generator<Document | Breath> {
  const matches = compileFilter(filter, { collation });
  for (const document of documents) if (document === breath || matches(document)) yield document;
}

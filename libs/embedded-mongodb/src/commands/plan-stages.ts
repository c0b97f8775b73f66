import type { Document } from '../bson/codec';
import type { Query, Work } from '../execution/find-documents';
import { isEmpty, type IndexPlan } from '../execution/index-plan';
import type { Plan } from '../execution/planner';
import type { TextQuery } from '../execution/text-query';
import { anyValueText, stretchText } from '../indexes/key-text';

/** How the documents are got at, and what is done with them. */
export interface Access {
  readonly query: Query;
  /** Undefined: a lookup by `_id` alone. */
  readonly plan: Plan | undefined;
  readonly text: TextQuery | undefined;
  /** The stage on top of the plan. */
  readonly top: string | undefined;
  readonly projection: Document | undefined;
}

/** The plan as MongoDB's tree of stages; with what was examined, if it has been carried out. */
export function stagesOf(access: Access, work?: Work): Document {
  const { query, plan, text, top, projection } = access;
  let tree = plan ? accessStage(plan, query, work) : { stage: 'IDHACK', ...examined(work) };
  if (text) tree = textStage(text, tree);
  const sorts = plan !== undefined && !plan.sorted && !isEmpty(query.sort);
  const wanted = query.limit ? query.limit + (query.skip ?? 0) : 0;
  if (sorts)
    tree = {
      stage: 'SORT',
      sortPattern: query.sort,
      memLimit: 104_857_600,
      ...(wanted > 0 && { limitAmount: wanted }),
      type: 'simple',
      inputStage: tree,
    };
  if (query.skip) tree = { stage: 'SKIP', skipAmount: query.skip, inputStage: tree };
  // A sort that knows how many are wanted leaves nothing to cut off.
  if (query.limit && !sorts && plan && top === undefined) tree = { stage: 'LIMIT', limitAmount: query.limit, inputStage: tree };
  if (projection && Object.keys(projection).length > 0)
    tree = { stage: projectionStage(projection), transformBy: projection, inputStage: tree };
  if (plan && isRootedOr(query)) tree = { stage: 'SUBPLAN', inputStage: tree };
  return top === undefined ? tree : { stage: top, inputStage: tree };
}

/** A filter that is nothing but an `$or` is planned branch by branch. */
function isRootedOr({ filter, hint }: Query): boolean {
  return hint === undefined && Object.keys(filter).length === 1 && '$or' in filter;
}

/** A simple projection only keeps or drops fields of the document itself. */
function projectionStage(projection: Document): string {
  const simple = Object.entries(projection).every(
    ([path, value]) => !path.includes('.') && !path.includes('$') && (typeof value === 'number' || typeof value === 'boolean'),
  );
  return simple ? 'PROJECTION_SIMPLE' : 'PROJECTION_DEFAULT';
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

function accessStage(plan: Plan, { filter }: Query, work: Work | undefined): Document {
  const held = Object.keys(filter).length > 0 && { filter };
  const keys = work && { keysExamined: work.keysExamined };
  const documents = work && { docsExamined: work.documentsExamined };
  switch (plan.kind) {
    case 'COLLSCAN':
      return { stage: 'COLLSCAN', ...held, direction: plan.reverse ? 'backward' : 'forward', ...documents };
    case 'IXSCAN':
      return { stage: 'FETCH', ...held, ...documents, inputStage: { ...indexStage(plan), ...keys } };
    case 'OR':
      return { stage: 'FETCH', ...held, ...documents, inputStage: { stage: 'OR', ...keys, inputStages: plan.branches.map(indexStage) } };
  }
}

function examined(work: Work | undefined): Document {
  return work ? { keysExamined: work.keysExamined, docsExamined: work.documentsExamined } : {};
}

function indexStage(plan: IndexPlan): Document {
  const { index, reverse } = plan;
  const { spec } = index;
  return {
    stage: 'IXSCAN',
    keyPattern: { ...spec.key },
    indexName: spec.name,
    isMultiKey: index.multikey !== 0,
    multiKeyPaths: Object.fromEntries(index.fields.map((field, i) => [field, (index.multikey & (1 << i)) === 0 ? [] : [field]])),
    isUnique: index.unique,
    ...(spec.collation && { collation: spec.collation }),
    isSparse: spec.sparse ?? false,
    isPartial: spec.partialFilterExpression !== undefined,
    indexVersion: 2,
    direction: reverse ? 'backward' : 'forward',
    indexBounds: boundsOf(plan),
  };
}

/** In the direction in which the index is read. */
function boundsOf({ index, bounds, reverse }: IndexPlan): Document {
  return Object.fromEntries(
    index.fields.map((field, position) => {
      const descending = index.descending[position]!;
      const stretches = bounds[position]?.map((stretch) => stretchText(stretch, descending, reverse));
      if (!stretches) return [field, [anyValueText(descending !== reverse)]];
      return [field, reverse ? stretches.reverse() : stretches];
    }),
  );
}

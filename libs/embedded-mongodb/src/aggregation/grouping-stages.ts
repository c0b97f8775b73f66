import { isDocument, setField, type Document } from '../bson/document';
import { isIntegral, toNumber } from '../bson/numbers';
import { show } from '../bson/show';
import { isInt32, isNumeric, typeName } from '../bson/types';
import { fail, failAt } from '../errors';
import { breath, gathered, mapped, paced } from '../values/breath';
import { compareValues, equalValues, typeRank } from '../values/compare';
import { sortDocuments } from '../values/sort';
import { equalityKey } from '../values/value-set';
import { accumulatorTable, type Accumulator } from './accumulators';
import type { Expression, Stage, StageCompiler, StageContext } from './stage';

/** Stages that bring documents together. */
export const groupingStages: Readonly<Record<string, StageCompiler>> = {
  $group: (specification, context) => {
    if (!isDocument(specification)) throw failAt(15947, "a group's fields must be specified in an object");
    if (!('_id' in specification)) throw failAt(15955, 'a group specification must include an _id');
    const { _id, ...fields } = specification;
    checkGroupId(_id);
    return group(context.expression(_id), gatherers(fields, context), context);
  },
  $sortByCount: (specification, context) => {
    const valid =
      typeof specification === 'string'
        ? specification.startsWith('$')
        : isDocument(specification) && Object.keys(specification)[0]?.startsWith('$');
    if (!valid) throw failAt(40148, 'the sortByCount field must be defined as a $-prefixed path or an expression inside an object');
    const counted = group(context.expression(specification), gatherers({ count: { $sum: 1 } }, context), context);
    return (input) => sortDocuments(counted(input), { count: -1 });
  },
  $bucket: bucket,
  $bucketAuto: bucketAuto,
};

/** Error: 17390 for an `_id` written like an inclusion. */
function checkGroupId(id: unknown): void {
  const named = isDocument(id) && !Object.keys(id)[0]?.startsWith('$') ? Object.values(id) : [];
  if (named.some((value) => typeof value === 'boolean' || isNumeric(value)))
    throw failAt(17390, '$group does not support inclusion-style expressions');
}

type Gatherers = [string, () => Accumulator][];

function gatherers(fields: Document, context: StageContext): Gatherers {
  return Object.entries(fields).map(([field, specification]) => {
    if (field.includes('.')) throw failAt(40235, `The field name '${field}' cannot contain '.'`);
    if (field.startsWith('$')) throw failAt(40236, `The field name '${field}' cannot be an operator name`);
    if (!isDocument(specification)) throw failAt(40234, `The field '${field}' must be an accumulator object`);
    const names = Object.keys(specification);
    if (!names[0]?.startsWith('$')) throw failAt(40234, `The field '${field}' must be an accumulator object`);
    if (names.length !== 1) throw failAt(40238, `The field '${field}' must specify one accumulator`);
    const [name] = names as [string];
    if (!Object.hasOwn(accumulatorTable, name)) throw failAt(15952, `unknown group operator '${name}'`);
    return [field, accumulatorTable[name]!(specification[name], context, name)];
  });
}

interface Group {
  readonly id: unknown;
  readonly accumulators: Accumulator[];
}

function group(id: Expression, fields: Gatherers, { collation }: StageContext): Stage {
  return function* (input) {
    const groups = new Map<unknown, Group>();
    for (const document of input) {
      if (document === breath) {
        yield breath;
        continue;
      }
      const value = id(document) ?? null;
      const key = equalityKey(value, collation);
      let found = groups.get(key);
      if (!found) groups.set(key, (found = { id: value, accumulators: fields.map(([, start]) => start()) }));
      for (const accumulator of found.accumulators) accumulator.add(document);
    }
    yield* mapped(paced([...groups.values()]), (found) => summary(found.id, found.accumulators, fields));
  };
}

function summary(id: unknown, accumulators: Accumulator[], fields: Gatherers): Document {
  const out: Document = { _id: id };
  fields.forEach(([name], i) => setField(out, name, accumulators[i]!.result()));
  return out;
}

function bucket(specification: unknown, context: StageContext): Stage {
  if (!isDocument(specification))
    throw failAt(40201, `Argument to $bucket stage must be an object, but found type: ${typeName(specification)}.`);
  const { groupBy, boundaries, default: otherwise, output } = specification;
  const unknown = Object.keys(specification).find((name) => !['groupBy', 'boundaries', 'default', 'output'].includes(name));
  if (unknown !== undefined) throw failAt(40197, `Unrecognized option to $bucket: ${unknown}.`);
  if (groupBy !== undefined && !isComputed(groupBy))
    throw failAt(40202, `The $bucket 'groupBy' field must be defined as a $-prefixed path or an expression, but found: ${show(groupBy)}.`);
  if (output !== undefined && !isDocument(output))
    throw failAt(40196, `The $bucket 'output' field must be an object, but found type: ${typeName(output)}.`);
  if (groupBy === undefined || boundaries === undefined)
    throw failAt(40198, "$bucket requires 'groupBy' and 'boundaries' to be specified.");
  const bounds = checkedBoundaries(boundaries, context);
  const value = context.expression(groupBy);
  const hasDefault = 'default' in specification;
  if (hasDefault) checkDefault(otherwise, bounds);
  const place: Expression = (document) => {
    const at = value(document) ?? null;
    const next = bounds.findIndex((bound) => compareValues(at, bound, context.collation) < 0);
    if (next > 0) return bounds[next - 1];
    if (hasDefault) return otherwise;
    throw failAt(40066, '$switch could not find a matching branch for an input, and no default was specified.');
  };
  const grouped = group(place, gatherers(output ?? { count: { $sum: 1 } }, context), context);
  return (input) => sortDocuments(grouped(input), { _id: 1 });
}

function isComputed(value: unknown): boolean {
  return typeof value === 'string' ? value.startsWith('$') : isDocument(value);
}

function checkDefault(otherwise: unknown, bounds: readonly unknown[]): void {
  if (isComputed(otherwise) && !(isDocument(otherwise) && !Object.keys(otherwise)[0]?.startsWith('$')))
    throw failAt(40195, "The $bucket 'default' field must be a constant.");
  const inRange = compareValues(otherwise, bounds[0]) >= 0 && compareValues(otherwise, bounds.at(-1)) < 0;
  if (inRange)
    throw failAt(
      40199,
      "The $bucket 'default' field must be less than the lowest boundary or greater than or equal to the highest boundary.",
    );
}

function checkedBoundaries(boundaries: unknown, context: StageContext): unknown[] {
  if (!Array.isArray(boundaries))
    throw failAt(40200, `The $bucket 'boundaries' field must be an array, but found type: ${typeName(boundaries)}.`);
  const bounds = (boundaries as unknown[]).map((bound) => context.expression(bound)({}));
  if (bounds.length < 2)
    throw failAt(40192, `The $bucket 'boundaries' field must have at least 2 values, but found ${bounds.length} value(s).`);
  for (let i = 1; i < bounds.length; i++) {
    if (typeRank(bounds[i]) !== typeRank(bounds[i - 1]))
      throw failAt(40193, "All values in the the 'boundaries' option to $bucket must have the same type.");
    if (compareValues(bounds[i - 1], bounds[i]) >= 0) {
      throw failAt(
        40194,
        `The 'boundaries' option to $bucket must be sorted, but elements ${i - 1} and ${i} are not in ascending order (${show(bounds[i - 1])} is not less than ${show(bounds[i])}).`,
      );
    }
  }
  return bounds;
}

function bucketAuto(specification: unknown, context: StageContext): Stage {
  if (!isDocument(specification))
    throw failAt(40240, `The argument to $bucketAuto must be an object, but found type: ${typeName(specification)}.`);
  const { groupBy, buckets, output } = specification;
  const unknown = Object.keys(specification).find((name) => !['groupBy', 'buckets', 'output', 'granularity'].includes(name));
  if (unknown !== undefined) throw failAt(40245, `Unrecognized option to $bucketAuto: ${unknown}.`);
  if (groupBy !== undefined && !isComputed(groupBy))
    throw failAt(
      40239,
      `The $bucketAuto 'groupBy' field must be defined as a $-prefixed path or an expression object, but found: ${show(groupBy)}.`,
    );
  if (output !== undefined && !isDocument(output))
    throw failAt(40244, `The $bucketAuto 'output' field must be an object, but found type: ${typeName(output)}.`);
  if (groupBy === undefined || buckets === undefined) throw failAt(40246, "$bucketAuto requires 'groupBy' and 'buckets' to be specified.");
  if (!isNumeric(buckets)) throw failAt(40241, "The $bucketAuto 'buckets' field must be a numeric value");
  if (!isIntegral(buckets) || !isInt32(toNumber(buckets)))
    throw failAt(40242, `The $bucketAuto 'buckets' field must be representable as a 32-bit integer, but found ${show(buckets)}`);
  if (toNumber(buckets) <= 0)
    throw failAt(40243, `The $bucketAuto 'buckets' field must be greater than 0, but found: ${toNumber(buckets)}.`);
  if ('granularity' in specification) throw fail('NotImplemented', "The $bucketAuto 'granularity' option is not supported");
  const value = context.expression(groupBy);
  const fields = gatherers(output === undefined || Object.keys(output).length === 0 ? { count: { $sum: 1 } } : output, context);
  return function* (input) {
    const rows = yield* gathered(mapped(input, (document) => ({ document, value: value(document) ?? null })));
    rows.sort((a, b) => compareValues(a.value, b.value, context.collation));
    yield* spread(rows, toNumber(buckets), fields);
  };
}

interface Row {
  readonly document: Document;
  readonly value: unknown;
}

/** Rows in order dealt to about equally full buckets; equal values never part. */
function* spread(rows: Row[], buckets: number, fields: Gatherers): Iterable<Document> {
  const size = Math.max(1, Math.round(rows.length / buckets));
  let start = 0;
  for (let number = 1; start < rows.length; number++) {
    let end = number === buckets ? rows.length : Math.min(start + size, rows.length);
    while (end < rows.length && equalValues(rows[end]!.value, rows[end - 1]!.value)) end++;
    const accumulators = fields.map(([, make]) => make());
    for (const row of rows.slice(start, end)) for (const accumulator of accumulators) accumulator.add(row.document);
    const max = end < rows.length ? rows[end]!.value : rows[end - 1]!.value;
    yield summary({ min: rows[start]!.value, max }, accumulators, fields);
    start = end;
  }
}

import { isDocument, setField, type Document } from '../bson/document';
import { isIntegral, toNumber, wholeOf } from '../bson/numbers';
import { show } from '../bson/show';
import { isNumeric, typeName } from '../bson/types';
import { failAt } from '../errors';
import { breath, paced, sliced, type Breath, type Paced } from '../values/breath';
import { splitFieldPath } from '../values/field-path';
import { compileFilter } from '../query/matcher';
import { compileSortOrder, sortDocuments } from '../values/sort';
import type { Stage, StageCompiler, StageContext } from './stage';

/** Stages that choose, order, multiply or count documents. */
export const choosingStages: Readonly<Record<string, StageCompiler>> = {
  $match: (specification, context) => {
    if (!isDocument(specification)) throw failAt(15959, 'the match filter must be an expression in an object');
    const matches = compileFilter(specification, { collation: context.collation, variables: context.variables });
    return function* (input) {
      for (const document of input) if (document === breath || matches(document)) yield document;
    };
  },
  $sort: (specification, context) => sortStage(specification, context),
  $limit: (specification) => {
    const limit = wholeNumber(specification, 5107201, '$limit');
    if (limit === 0) throw failAt(15958, 'the limit must be positive');
    return (input) => sliced(input, 0, limit);
  },
  $skip: (specification) => {
    const skip = wholeNumber(specification, 5107200, '$skip');
    return (input) => sliced(input, skip);
  },
  $count: (specification) => {
    if (typeof specification !== 'string') throw failAt(40156, 'the count field must be a non-empty string');
    if (specification === '') throw failAt(40157, 'the count field must be a non-empty string');
    if (specification.startsWith('$')) throw failAt(40158, 'the count field cannot be a $-prefixed path');
    if (specification.includes('\0')) throw failAt(40159, 'the count field cannot contain a null byte');
    if (specification.includes('.')) throw failAt(40160, "the count field cannot contain '.'");
    return function* (input) {
      let count = 0;
      for (const document of input) {
        if (document === breath) yield breath;
        else count++;
      }
      if (count > 0) yield { [specification]: count };
    };
  },
  $sample: (specification) => {
    const size = sampleSize(specification);
    return (input) => sample(input, size);
  },
  $unwind: unwind,
};

function sampleSize(specification: unknown): number {
  if (!isDocument(specification)) throw failAt(28745, 'the $sample stage specification must be an object');
  const unknown = Object.keys(specification).find((name) => name !== 'size');
  if (unknown !== undefined) throw failAt(28748, `unrecognized option to $sample: ${unknown}`);
  const { size } = specification;
  if (size === undefined) throw failAt(28749, '$sample stage must specify a size');
  if (!isNumeric(size)) throw failAt(28746, 'size argument to $sample must be a number');
  const whole = wholeOf(size);
  if (!(whole > 0)) throw failAt(28747, 'size argument to $sample must be greater than 0');
  return whole;
}

/** `$sort`; with a limit it keeps no more than it has to. Error: 15976 for an empty order. */
export function sortStage(specification: unknown, context: StageContext, limit?: number): Stage {
  if (!isDocument(specification)) throw failAt(15973, 'the $sort key specification must be an object');
  if (Object.keys(specification).length === 0) throw failAt(15976, '$sort stage must have at least one sort key');
  compileSortOrder(specification, context.collation);
  return (input) => sortDocuments(input, specification, { collation: context.collation, limit });
}

/** The number of a `$limit` or `$skip`. */
export function wholeNumber(specification: unknown, code: number, name: string): number {
  if (!isNumeric(specification))
    throw failAt(code, `invalid argument to ${name} stage: Expected a number in: ${name}: ${show(specification)}`);
  if (!isIntegral(specification))
    throw failAt(code, `invalid argument to ${name} stage: Expected an integer: ${name}: ${show(specification)}`);
  if (toNumber(specification) < 0)
    throw failAt(code, `invalid argument to ${name} stage: Expected a non-negative number in: ${name}: ${show(specification)}`);
  if (toNumber(specification) >= 2 ** 63)
    throw failAt(code, `invalid argument to ${name} stage: Cannot represent as a 64-bit integer: ${name}: ${show(specification)}`);
  return toNumber(specification);
}

// A reservoir: every document has the same chance, and no more than `size` are held.
function* sample(input: Paced<Document>, size: number): Generator<Document | Breath> {
  const kept: Document[] = [];
  let seen = 0;
  for (const document of input) {
    if (document === breath) {
      yield breath;
      continue;
    }
    seen++;
    if (kept.length < size) kept.push(document);
    else if (Math.random() < size / seen) kept[Math.floor(Math.random() * size)] = document;
  }
  yield* paced(kept);
}

function unwind(specification: unknown): Stage {
  const { path: text, index, preserve } = unwindOptions(specification);
  const path = splitFieldPath(text);
  const rows = (document: Document): Document[] => {
    const value = path.reduce<unknown>((at, name) => (isDocument(at) ? at[name] : undefined), document);
    if (!Array.isArray(value)) {
      if (value === undefined || value === null) return preserve ? [withIndex(document, index, null)] : [];
      return [withIndex(document, index, null)];
    }
    if (value.length === 0) return preserve ? [withIndex(replaceAt(document, path, 0, undefined), index, null)] : [];
    return value.map((element, i) => withIndex(replaceAt(document, path, 0, element), index, BigInt(i)));
  };
  return function* (input) {
    for (const document of input) {
      if (document === breath) yield breath;
      else yield* rows(document);
    }
  };
}

function unwindOptions(specification: unknown): { path: string; index?: string; preserve: boolean } {
  const options: Document = typeof specification === 'string' ? { path: specification } : (specification as Document);
  if (!isDocument(options))
    throw failAt(15981, `expected either a string or an object as specification for $unwind stage, got ${typeName(specification)}`);
  const { path, includeArrayIndex: index, preserveNullAndEmptyArrays: preserve = false } = options;
  const unknown = Object.keys(options).find((name) => !['path', 'includeArrayIndex', 'preserveNullAndEmptyArrays'].includes(name));
  if (unknown !== undefined) throw failAt(28811, `unrecognized option to $unwind stage: ${unknown}`);
  if (path === undefined) throw failAt(28812, 'no path specified to $unwind stage');
  if (typeof path !== 'string') throw failAt(28808, `expected a string as the path for $unwind stage, got ${typeName(path)}`);
  if (!path.startsWith('$')) throw failAt(28818, `path option to $unwind stage should be prefixed with a '$': ${path}`);
  if (typeof preserve !== 'boolean') throw failAt(28809, 'expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage');
  if (index !== undefined && (typeof index !== 'string' || index === ''))
    throw failAt(28810, 'expected a non-empty string for the includeArrayIndex option');
  if (typeof index === 'string' && index.startsWith('$')) {
    throw failAt(28822, `includeArrayIndex option to $unwind stage should not be prefixed with a '$': ${index}`);
  }
  if (typeof index === 'string') splitFieldPath(index);
  return { path: path.slice(1), index, preserve };
}

function withIndex(document: Document, index: string | undefined, value: unknown): Document {
  return index === undefined ? document : replaceAt(document, index.split('.'), 0, value);
}

/** A copy of the document with another value (or none) at a path. */
export function replaceAt(document: Document, path: readonly string[], step: number, value: unknown): Document {
  const name = path[step]!;
  const copy = { ...document };
  const child = copy[name];
  const next = step === path.length - 1 ? value : replaceAt(isDocument(child) ? child : {}, path, step + 1, value);
  if (next === undefined) delete copy[name];
  else setField(copy, name, next);
  return copy;
}

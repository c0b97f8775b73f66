import { isArray, isDocument, type Document } from '../bson/document';
import { toNumber } from '../bson/numbers';
import { isNumeric } from '../bson/types';
import { failAt } from '../errors';
import { isTrue } from '../expressions/truth';
import { splitFieldPath } from '../values/field-path';
import type { Collation } from '../values/collation';
import { checkMeta, textScoreOf } from '../values/text-score';
import { compileElementMatch, compileMatcher, matchedIndex } from './matcher';
import { asPositional, compileSpec } from './projection-spec';
import type { Leaf } from './projection-tree';

export interface ProjectionOptions {
  /** The query's filter, for the positional `$`. */
  readonly filter?: Document;
  readonly collation?: Collation;
  readonly variables?: Document;
}

/** The operators of a `find` projection; expressions come on top. */
export const projectionOperators = ['$', '$elemMatch', '$slice', '$meta'] as const;

/** Compiles a `find` projection. Errors: 31253, 31254 (mixing), 31249, 31250 (path collisions), 31276, 51246 (positional). */
export function compileProjection(projection: Document, options: ProjectionOptions = {}): (document: Document) => Document {
  if (Object.keys(projection).length === 0) return (document) => document;
  checkPositional(projection);
  return compileSpec(projection, { ...options, findOperator: (path, value) => findOperator(path, value, options) });
}

function findOperator(path: string, value: unknown, options: ProjectionOptions): { path: string; leaf: Leaf } | undefined {
  if (isPositionalPath(path)) return { path: path.slice(0, -2), leaf: asPositional(positionalLeaf(value, options)) };
  if (!isDocument(value)) return undefined;
  if ('$elemMatch' in value) {
    if (Object.keys(value).length > 1) throw failAt(16410, "FieldPath field names may not start with '$'.");
    return { path, leaf: elementLeaf(path, value['$elemMatch'], options) };
  }
  // With two or three arguments of which the first is no number this is the aggregation's $slice.
  if ('$slice' in value && isSliceArgument(value['$slice'])) return { path, leaf: sliceLeaf(value['$slice']) };
  if ('$meta' in value) {
    checkMeta(value['$meta']);
    return { path, leaf: { kind: 'compute', compute: textScoreOf, neutral: true } };
  }
  return undefined;
}

function isPositionalPath(path: string): boolean {
  return path.endsWith('.$');
}

/** Errors: 31276 for two positional paths, 31394 for one that goes on, 31255 and 31256 beside `$elemMatch`. */
function checkPositional(projection: Document): void {
  const paths = Object.keys(projection);
  const positional = paths.filter(isPositionalPath);
  if (paths.some((path) => path.includes('.$.'))) throw failAt(31394, 'As of 4.4, positional projection can only be at the end of a path.');
  if (positional.length === 0) return;
  if (positional.length > 1) throw failAt(31276, 'Cannot specify more than one positional projection per query.');
  const matching = paths.findIndex((path) => isDocument(projection[path]) && '$elemMatch' in projection[path]);
  if (matching < 0) return;
  const later = matching > paths.indexOf(positional[0]!);
  throw failAt(later ? 31255 : 31256, 'Cannot specify positional operator and $elemMatch.');
}

function positionalLeaf(value: unknown, { filter = {}, collation, variables }: ProjectionOptions): Leaf {
  if (typeof value !== 'boolean' && !isNumeric(value))
    throw failAt(isDocument(value) ? 31271 : 31308, 'positional projection cannot be used with a literal or an expression');
  if (!isTrue(value)) throw failAt(31395, 'positional projection cannot be used with exclusion');
  // The document has matched already; only what in an array did is asked here.
  const matcher = compileMatcher(filter, { collation, variables, text: () => true });
  return {
    kind: 'reshape',
    reshape: (value, root) => {
      if (!isArray(value)) return value;
      const index = matchedIndex(matcher, root);
      if (index === undefined)
        throw failAt(
          51246,
          "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
        );
      if (index >= value.length)
        throw failAt(51247, "Executor error during find command :: caused by :: positional operator '.$' element mismatch");
      return [value[index]];
    },
  };
}

function elementLeaf(path: string, operand: unknown, { collation }: ProjectionOptions): Leaf {
  if (splitFieldPath(path).length > 1) throw failAt(31275, 'Cannot use $elemMatch projection on a nested field.');
  if (!isDocument(operand)) throw failAt(31274, `elemMatch: Invalid argument, object required, but got ${typeof operand}`);
  const test = compileElementMatch(operand, { collation, filter: (inner) => compileMatcher(inner, { collation, within: '$elemMatch' }) });
  return {
    kind: 'pick',
    pick: (value) => {
      const index = isArray(value) ? value.findIndex(test) : -1;
      return index < 0 ? undefined : [(value as unknown[])[index]];
    },
  };
}

function isSliceArgument(operand: unknown): boolean {
  return isNumeric(operand) || (isArray(operand) && operand.length === 2 && operand.every(isNumeric));
}

function sliceLeaf(operand: unknown): Leaf {
  const numbers = (isArray(operand) ? operand : [operand]).map((value) => {
    return Math.trunc(toNumber(value)) || 0;
  });
  const [first = 0, count] = numbers;
  if (count !== undefined && count <= 0) throw failAt(28724, `First argument to $slice must be positive, but was: ${count}`);
  return { kind: 'reshape', reshape: (value) => (isArray(value) ? sliced(value, first, count) : value) };
}

function sliced(array: unknown[], first: number, count: number | undefined): unknown[] {
  if (count === undefined) return first >= 0 ? array.slice(0, first) : array.slice(first);
  const start = first >= 0 ? first : Math.max(0, array.length + first);
  return array.slice(start, start + count);
}

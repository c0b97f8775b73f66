import { compileExpression, isExpressionOperator } from '../expressions/compile';
import { isTrue } from '../expressions/truth';
import { isDocument, type Document } from '../bson/document';
import { isNumeric } from '../bson/types';
import { failAt } from '../errors';
import type { Collation } from '../values/collation';
import { splitFieldPath } from '../values/field-path';
import { Branch, exclude, include, type Leaf } from './projection-tree';

/** An operator that only `find` knows ($slice, $elemMatch, $meta), made into a leaf; undefined when the field is not such a one. */
export type FindOperator = (path: string, value: unknown) => { path: string; leaf: Leaf } | undefined;

export interface SpecOptions {
  readonly collation?: Collation;
  readonly variables?: Document;
  readonly findOperator?: FindOperator;
}

interface Entry {
  readonly path: string;
  readonly leaf: Leaf;
}

/**
 * Compiles the projection language that `find` and `$project` share: inclusion, or exclusion, never both (but for `_id`); nested
 * documents; computed fields. Errors: 31253, 31254, 31252 (mixing), 31249, 31250 (collisions), 51270 (empty), 40352, 16410 (paths).
 */
export function compileSpec(spec: Document, options: SpecOptions): (document: Document) => Document {
  const entries = Object.entries(spec).flatMap(([path, value]) => parse(path, value, options));
  const inclusive = isInclusive(entries);
  const branch = new Branch();
  const idNamed = entries.some(({ path }) => path === '_id' || path.startsWith('_id.'));
  if (inclusive && !idNamed) branch.put(['_id'], { kind: 'include' });
  for (const { path, leaf } of entries) {
    checkMode(path, leaf, inclusive);
    if (!(inclusive && leaf.kind === 'exclude') && !(!inclusive && leaf.kind === 'include')) branch.put(splitFieldPath(path), leaf);
  }
  return inclusive ? (document) => include(document, branch, document) : (document) => exclude(document, branch, document);
}

function parse(path: string, value: unknown, options: SpecOptions): Entry[] {
  if (!options.findOperator && path.endsWith('.$')) throw failAt(31324, 'Cannot use positional projection in aggregation projection');
  const special = options.findOperator?.(path, value);
  if (special) return [special];
  if (typeof value === 'boolean' || isNumeric(value)) return [{ path, leaf: { kind: isTrue(value) ? 'include' : 'exclude' } }];
  if (isDocument(value) && !Object.keys(value)[0]?.startsWith('$')) {
    const nested = Object.entries(value);
    if (nested.length === 0) throw failAt(51270, `An empty sub-projection is not a valid value. Found empty object at path ${path}`);
    return nested.flatMap(([name, inner]) => parse(`${path}.${name}`, inner, options));
  }
  const [name] = isDocument(value) ? Object.keys(value) : [];
  if (name !== undefined && !isExpressionOperator(name)) throw failAt(31325, `Unknown expression ${name}`);
  return [{ path, leaf: { kind: 'compute', compute: compileExpression(value, options) } }];
}

/** The first field that says so decides; `_id` decides only where nothing else does. */
function isInclusive(entries: readonly Entry[]): boolean {
  // $slice and $meta never decide, $elemMatch only where nothing else does.
  const decides = ({ leaf }: Entry): boolean => isPositional(leaf) || (leaf.kind !== 'reshape' && leaf.kind !== 'pick' && !isNeutral(leaf));
  const first =
    entries.find((entry) => entry.path !== '_id' && decides(entry)) ??
    entries.find(({ leaf }) => leaf.kind === 'pick') ??
    entries.find(({ leaf }) => leaf.kind !== 'reshape' && !isNeutral(leaf));
  return first !== undefined && first.leaf.kind !== 'exclude';
}

const positional = new WeakSet<Leaf>();

/** Marks a leaf as the positional `$`, which includes its field. */
export function asPositional(leaf: Leaf): Leaf {
  positional.add(leaf);
  return leaf;
}

function isPositional(leaf: Leaf): boolean {
  return positional.has(leaf);
}

function isNeutral(leaf: Leaf): boolean {
  return leaf.kind === 'compute' && leaf.neutral === true;
}

function checkMode(path: string, leaf: Leaf, inclusive: boolean): void {
  if (path === '_id' || isNeutral(leaf)) return;
  const { kind } = leaf;
  if (inclusive && kind === 'exclude') throw failAt(31254, `Cannot do exclusion on field ${path} in inclusion projection`);
  if (!inclusive && kind === 'include') throw failAt(31253, `Cannot do inclusion on field ${path} in exclusion projection`);
  if (!inclusive && kind === 'compute') {
    throw failAt(31252, `Cannot use an expression for field ${path} in an exclusion projection`);
  }
}

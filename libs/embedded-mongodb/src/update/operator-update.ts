import { getField, isDocument, type Document } from '../bson/document';
import { show } from '../bson/show';
import { typeName } from '../bson/types';
import { fail } from '../errors';
import type { Collation } from '../values/collation';
import { equalValues } from '../values/compare';
import { compileMatcher, matchedIndex } from '../query/matcher';
import { ArrayFilters } from './array-filters';
import { arrayUpdateOperators } from './array-operators';
import { Draft } from './draft';
import { fieldUpdateOperators } from './field-operators';
import { removed, type Modifier, type UpdateOperator } from './modifier';
import type { CompiledUpdate, UpdateOptions } from './update';
import { dollarField } from './replacement';
import { comparePaths, isPositional, updatePath, UsedPaths } from './update-paths';
import { idFirst, seedDocument } from './upsert-seed';

const operators: Readonly<Record<string, UpdateOperator>> = { ...fieldUpdateOperators, ...arrayUpdateOperators };

/** All update operators, `$rename` included. */
export const updateOperators: readonly string[] = [...Object.keys(operators), '$rename'];

/** One change at one path. */
interface Change {
  readonly parts: readonly string[];
  readonly modifier: Modifier;
  readonly onInsertOnly: boolean;
}

/** Compiles an update by operators. Errors: 9 (unknown operator), 40 (conflicts), 56, 52 (paths), 66 (_id), and the operators' own. */
export function compileOperatorUpdate(update: Document, options: UpdateOptions): CompiledUpdate {
  const filters = new ArrayFilters(options.arrayFilters ?? [], options.collation);
  const changes = compileChanges(update, filters, options.collation);
  filters.checkAllUsed(update);
  const always = changes.filter((change) => !change.onInsertOnly);
  const dollars = always.filter(({ parts }) => parts[0]!.startsWith('$'));
  const usesMatch = always.some(({ parts }) => parts.includes('$'));
  const matchers = new MatcherMemory(options);
  return {
    kind: 'operators',
    apply: (document, filter, now) => {
      const matched = usesMatch ? () => matchers.index(filter, document) : noMatch;
      const draft = new Draft(document, { matched, passes: (id, element) => filters.passes(id, element) }, now);
      for (const { parts, modifier } of always) draft.apply(parts, modifier);
      checkId(document, draft.document);
      for (const { parts } of dollars) checkDollar(document, draft.document, parts[0]!);
      return { document: draft.document, changed: draft.changed, describe: () => draft.describe() };
    },
    upsert: (filter, now) => {
      const seed = seedDocument(filter, now);
      const draft = new Draft(seed, { matched: noMatch, passes: (id, element) => filters.passes(id, element) }, now);
      for (const { parts, modifier } of changes) draft.apply(parts, modifier);
      if (seed['_id'] !== undefined) checkId(seed, draft.document);
      return idFirst(draft.document);
    },
  };
}

function compileChanges(update: Document, filters: ArrayFilters, collation?: Collation): Change[] {
  const used = new UsedPaths();
  const changes = Object.entries(update).flatMap(([name, fields]) => {
    if (!updateOperators.includes(name)) {
      throw fail(
        'FailedToParse',
        `Unknown modifier: ${name}. Expected a valid update modifier or pipeline-style update specified as an array`,
      );
    }
    if (!isDocument(fields)) {
      throw fail(
        'FailedToParse',
        `Modifiers operate on fields but we found type ${typeName(fields)} instead. For example: {$mod: {<field>: ...}} not {${name}: ${show(fields)}}`,
      );
    }
    return Object.entries(fields).flatMap(([path, operand]) => {
      const made = name === '$rename' ? rename(path, operand) : [change(name, path, operand, collation)];
      for (const { parts } of made) {
        used.add(parts.join('.'), parts);
        filters.use(parts, path);
      }
      return made;
    });
  });
  return changes.sort((a, b) => comparePaths(a.parts, b.parts));
}

function change(name: string, path: string, operand: unknown, collation?: Collation): Change {
  return { parts: updatePath(path), modifier: operators[name]!(operand, { path, collation }), onInsertOnly: name === '$setOnInsert' };
}

function rename(from: string, to: unknown): Change[] {
  if (typeof to !== 'string') throw fail('BadValue', `The 'to' field for $rename must be a string: ${from}: ${show(to)}`);
  const [source, target] = [updatePath(from), updatePath(to)];
  const dynamic = (parts: string[]): boolean => parts.some(isPositional);
  if (dynamic(source)) throw fail('BadValue', `The source field for $rename may not be dynamic: ${from}`);
  if (dynamic(target)) throw fail('BadValue', `The destination field for $rename may not be dynamic: ${to}`);
  if (from === to) throw fail('BadValue', `The source and target field for $rename must differ: ${from}: "${to}"`);
  const move: Modifier = {
    creates: true,
    apply: (current, { document }) => {
      refuseArrays(document, target, 'destination', to);
      const value = sourceValue(document, source, from);
      return value === undefined ? current : value;
    },
  };
  const away: Modifier = { creates: false, mustReach: true, apply: (current) => (current === undefined ? undefined : removed) };
  return [
    { parts: target, modifier: move, onInsertOnly: false },
    { parts: source, modifier: away, onInsertOnly: false },
  ];
}

function sourceValue(document: Document, parts: readonly string[], path: string): unknown {
  refuseArrays(document, parts, 'source', path);
  return parts.reduce<unknown>((value, part) => (isDocument(value) ? getField(value, part) : undefined), document);
}

function refuseArrays(document: Document, parts: readonly string[], which: string, path: string): void {
  let value: unknown = document;
  for (const part of parts) {
    if (Array.isArray(value)) {
      throw fail(
        'BadValue',
        `The ${which} field cannot be an array element, '${path}' in doc with _id: ${show(document['_id'])} has an array field`,
      );
    }
    value = isDocument(value) ? getField(value, part) : undefined;
  }
}

function checkId(before: Document, after: Document): void {
  if (before['_id'] === after['_id'] || equalValues(before['_id'], after['_id'])) return;
  if (before['_id'] === undefined) return;
  throw fail('ImmutableField', "Performing an update on the path '_id' would modify the immutable field '_id'");
}

/** Inserts may bring fields that begin with a dollar to the top level; updates of what is there may not. */
function checkDollar(before: Document, after: Document, name: string): void {
  if (getField(after, name) !== undefined && getField(before, name) !== getField(after, name)) throw dollarField(name);
}

function noMatch(): never {
  throw fail('BadValue', 'The positional operator did not find the match needed from the query.');
}

/** Compiles the query's filter for the positional `$` once for all the documents of a command. */
class MatcherMemory {
  private filter?: Document;
  private matcher = compileMatcher({});

  constructor(private readonly options: UpdateOptions) {}

  index(filter: Document, document: Document): number {
    if (this.filter !== filter) {
      this.filter = filter;
      this.matcher = compileMatcher(filter, { collation: this.options.collation, variables: this.options.variables, text: () => true });
    }
    return matchedIndex(this.matcher, document) ?? noMatch();
  }
}

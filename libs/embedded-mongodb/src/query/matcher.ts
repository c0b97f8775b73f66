import { compileExpression } from '../expressions/compile';
import { isTrue } from '../expressions/truth';
import { isDocument, type Document } from '../bson/document';
import { fail, type MongoError } from '../errors';
import type { Collation } from '../values/collation';
import { compileConditions, conditionsAt, every, fieldOperators } from './field-operators';
import { compileSchema } from './json-schema/schema';
import type { Matcher, Trace } from './path-test';

export { compileElementMatch } from './field-operators';

export interface FilterOptions {
  readonly collation?: Collation;
  /** Values of `$$name` in `$expr`, by name without the dollars (`{ NOW: date }`). */
  readonly variables?: Document;
  /** Answers the filter's `$text`, which only whoever knows the collection's text index can. */
  readonly text?: Predicate;
}

/** Whether a document matches. */
export type Predicate = (document: Document) => boolean;

/** Compiles a filter once, to be run on many documents. Errors: 2 BadValue and the operators' own codes. */
export function compileFilter(filter: Document, options: FilterOptions = {}): Predicate {
  return compileMatcher(filter, options);
}

/** As `compileFilter`, and able to note the array index that the positional `$` stands for. */
export function compileMatcher(filter: Document, options: FilterOptions = {}): Matcher {
  if (!isDocument(filter)) throw fail('TypeMismatch', 'the filter must be an object');
  return every(
    Object.entries(filter)
      .filter(([name]) => name !== '$comment')
      .map(([name, operand]) => compileClause(name, operand, options)),
  );
}

/** The array index through which the document matches, for the positional `$`; undefined if the match went through none. */
export function matchedIndex(matcher: Matcher, document: Document): number | undefined {
  const trace: Trace = {};
  return matcher(document, trace) ? trace.index : undefined;
}

type LogicalOperator = (operand: unknown, options: FilterOptions) => Matcher;

const logicalOperators: Readonly<Record<string, LogicalOperator>> = {
  $and: (operand, options) => every(compileClauses('$and', operand, options)),
  $or: (operand, options) => some(compileClauses('$or', operand, options)),
  $nor: (operand, options) => {
    const any = some(compileClauses('$nor', operand, options));
    return (document) => !any(document);
  },
  $expr: (operand, { collation, variables }) => {
    const evaluate = compileExpression(operand, { collation, variables });
    return (document) => isTrue(evaluate(document));
  },
  $text: (_operand, { text }) => {
    if (!text) throw fail('IndexNotFound', 'text index required for $text query');
    return text;
  },
  $jsonSchema: (operand) => {
    const schema = compileSchema(operand);
    return (document) => schema.holds(document);
  },
  $comment: () => () => true,
  $alwaysTrue: () => () => true,
  $alwaysFalse: () => () => false,
  $sampleRate: (operand) => () => Math.random() < Number(operand),
};

/** All operators a filter may use, top-level ones first. */
export const filterOperators: readonly string[] = [...new Set([...Object.keys(logicalOperators), ...Object.keys(fieldOperators)])];

const refused: Readonly<Record<string, () => MongoError>> = {
  $where: () => fail('BadValue', 'no globalScriptEngine in $where parsing'),
};

function compileClause(name: string, operand: unknown, options: FilterOptions): Matcher {
  if (!name.startsWith('$')) return compileField(name, operand, options);
  if (Object.hasOwn(logicalOperators, name)) return logicalOperators[name]!(operand, options);
  if (name === '$ref' || name === '$id' || name === '$db') return compileField(name, operand, options);
  if (Object.hasOwn(refused, name)) throw refused[name]!();
  throw fail(
    'BadValue',
    `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
  );
}

function compileField(path: string, operand: unknown, options: FilterOptions): Matcher {
  const filter = (inner: Document): Matcher => compileMatcher(inner, options);
  return conditionsAt(path, compileConditions(operand, { path, filter, collation: options.collation }));
}

function compileClauses(name: string, operand: unknown, options: FilterOptions): Matcher[] {
  if (!Array.isArray(operand)) throw fail('BadValue', `${name} argument must be an array`);
  if (operand.length === 0) throw fail('BadValue', '$and/$or/$nor must be a nonempty array');
  return operand.map((clause: unknown) => {
    if (!isDocument(clause)) throw fail('BadValue', '$or/$and/$nor entries need to be full objects');
    return compileMatcher(clause, options);
  });
}

function some(matchers: readonly Matcher[]): Matcher {
  if (matchers.length === 1) return matchers[0]!;
  return (document, trace) => {
    for (const matcher of matchers) if (matcher(document, trace)) return true;
    return false;
  };
}

/** The top-level fields the filter looks at, for `decodeFields`; undefined when it may look at all (`$expr`). */
export function rootFields(filter: Document): ReadonlySet<string> | undefined {
  const fields = new Set<string>();
  return collectFields(filter, fields) ? fields : undefined;
}

function collectFields(filter: Document, fields: Set<string>): boolean {
  return Object.entries(filter).every(([name, operand]) => {
    if (name === '$comment') return true;
    if (name === '$and' || name === '$or' || name === '$nor')
      return (operand as Document[]).every((clause) => collectFields(clause, fields));
    if (name.startsWith('$') && name !== '$ref' && name !== '$id' && name !== '$db') return false;
    fields.add(name.split('.', 1)[0]!);
    return true;
  });
}

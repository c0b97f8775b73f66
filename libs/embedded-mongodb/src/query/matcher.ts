import { compileExpression } from '../expressions/compile';
import { isTrue } from '../expressions/truth';
import { isArray, isDocument, type Document } from '../bson/document';
import { toNumber } from '../bson/numbers';
import { show } from '../bson/show';
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
  /** What the filter is a part of, where it is not the query itself: there some operators may not be. */
  readonly within?: '$elemMatch' | 'arrayFilters';
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
  $or: (operand, options) => some(compileClauses('$or', operand, options), askOnePath(operand)),
  $nor: (operand, options) => {
    const any = some(compileClauses('$nor', operand, options), false);
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
  $alwaysTrue: (operand) => always('$alwaysTrue', operand, true),
  $alwaysFalse: (operand) => always('$alwaysFalse', operand, false),
  $sampleRate: (operand) => {
    const rate = toNumber(operand);
    if (!(rate >= 0 && rate <= 1)) throw fail('BadValue', `numeric argument to $sampleRate must be in [0, 1]: ${show(operand)}`);
    return () => Math.random() < rate;
  },
};

function always(name: string, operand: unknown, answer: boolean): Matcher {
  if (toNumber(operand) !== 1) throw fail('FailedToParse', `${name} must be an integer value of 1`);
  return () => answer;
}

/** All operators a filter may use, top-level ones first. */
export const filterOperators: readonly string[] = [...new Set([...Object.keys(logicalOperators), ...Object.keys(fieldOperators)])];

const refused: Readonly<Record<string, () => MongoError>> = {
  $where: () => fail('BadValue', 'no globalScriptEngine in $where parsing'),
};

/** Operators that ask of the whole document, and so belong to the top level of a query. */
const ofWholeDocument = new Set(['$expr', '$text', '$where', '$jsonSchema', '$sampleRate']);

function compileClause(name: string, operand: unknown, options: FilterOptions): Matcher {
  if (!name.startsWith('$')) return compileField(name, operand, options);
  if (options.within && ofWholeDocument.has(name)) throw notHere(name, options.within);
  if (Object.hasOwn(logicalOperators, name)) return logicalOperators[name]!(operand, options);
  if (name === '$ref' || name === '$id' || name === '$db') return compileField(name, operand, options);
  if (Object.hasOwn(refused, name)) throw refused[name]!();
  throw fail(
    'BadValue',
    `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
  );
}

function notHere(name: string, within: '$elemMatch' | 'arrayFilters'): MongoError {
  if (within === 'arrayFilters' && name === '$expr') return fail('QueryFeatureNotAllowed', '$expr is not allowed in this context');
  return fail('BadValue', `${name} can only be applied to the top-level document, not in ${within}`);
}

function compileField(path: string, operand: unknown, options: FilterOptions): Matcher {
  const filter = (inner: Document): Matcher => compileMatcher(inner, { ...options, within: '$elemMatch' });
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

// Alternatives about different paths say nothing about one array's element, and so note no index for the positional `$`.
function some(matchers: readonly Matcher[], tracing: boolean): Matcher {
  if (matchers.length === 1) return matchers[0]!;
  return (document, trace) => {
    for (const matcher of matchers) if (matcher(document, tracing ? trace : undefined)) return true;
    return false;
  };
}

function askOnePath(clauses: unknown): boolean {
  const paths = new Set((clauses as Document[]).flatMap((clause) => Object.keys(clause)));
  return paths.size === 1;
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
      return isArray(operand) && operand.every((clause) => isDocument(clause) && collectFields(clause, fields));
    if (name.startsWith('$') && name !== '$ref' && name !== '$id' && name !== '$db') return false;
    fields.add(name.split('.', 1)[0]!);
    return true;
  });
}

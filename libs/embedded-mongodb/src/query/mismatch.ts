import { isDocument, type Document } from '../bson/document';
import { typeName } from '../bson/types';
import { compileExpression } from '../expressions/compile';
import { valuesAt } from '../values/paths';
import { isRegex } from '../values/regex';
import { compileSchema } from './json-schema/schema';
import { isOperatorName } from './leaf-tests';
import { compileFilter, type FilterOptions } from './matcher';

/** MongoDB's account of why a document does not match a filter, as `errInfo.details` has it. Only for one that does not. */
export function explainMismatch(filter: Document, document: Document, options: FilterOptions = {}): Document {
  return explain(filter, { document, options, matched: false });
}

/** What is explained: why the document does not match, or, below a negation, why it does. */
interface Case {
  readonly document: Document;
  readonly options: FilterOptions;
  readonly matched: boolean;
}

function explain(filter: Document, asked: Case): Document {
  const clauses = clausesOf(filter);
  return clauses.length === 1 ? explainClause(clauses[0]!, asked) : listed('$and', clauses, asked);
}

/** A filter as a list of filters with one demand each. */
function clausesOf(filter: Document): Document[] {
  return Object.entries(filter)
    .filter(([name]) => name !== '$comment')
    .flatMap(([name, operand]) => {
      if (name.startsWith('$') || !isOperators(operand)) return [{ [name]: operand }];
      const { $options, ...operators } = operand;
      return Object.entries(operators).map(([operator, value]) => ({
        [name]: { [operator]: value, ...(operator === '$regex' && $options !== undefined && { $options }) },
      }));
    });
}

function isOperators(operand: unknown): operand is Document {
  return isDocument(operand) && isOperatorName(Object.keys(operand)[0]);
}

/** The clauses that are to blame: those that do not match, or do where they should not. */
function listed(operatorName: string, clauses: readonly Document[], asked: Case): Document {
  const matched = (operatorName === '$nor') !== asked.matched;
  const entries = clauses.flatMap((clause, index) => {
    const blamed = compileFilter(clause, asked.options)(asked.document) === matched;
    return blamed ? [{ index, details: explain(clause, { ...asked, matched }) }] : [];
  });
  return { operatorName, [asked.matched ? 'clausesSatisfied' : 'clausesNotSatisfied']: entries };
}

function explainClause(clause: Document, asked: Case): Document {
  const [[name, operand]] = Object.entries(clause) as [[string, unknown]];
  switch (name) {
    case '$and':
    case '$or':
    case '$nor':
      return listed(name, operand as Document[], asked);
    case '$jsonSchema':
      return explainSchema(operand, asked);
    case '$expr':
      return {
        operatorName: name,
        specifiedAs: clause,
        reason: asked.matched ? 'expression did match' : 'expression did not match',
        expressionResult: compileExpression(operand, asked.options)(asked.document) ?? null,
      };
    default:
      if (!name.startsWith('$')) return explainField(name, operand, asked);
      return { operatorName: name, specifiedAs: clause, reason: `expression always evaluates to ${String(asked.matched)}` };
  }
}

function explainSchema(operand: unknown, { document, matched }: Case): Document {
  const operatorName = '$jsonSchema';
  const { annotations, impossible, explain: rulesBroken } = compileSchema(operand);
  if (matched) return { operatorName, ...annotations, reason: 'schema matched' };
  if (impossible) return { operatorName, specifiedAs: { [operatorName]: operand }, reason: 'expression always evaluates to false' };
  return { operatorName, ...annotations, schemaRulesNotSatisfied: rulesBroken(document) };
}

/** How an operator's account reads: why it did not match, why it did, and of which types it asks. */
interface Wording {
  readonly failed: string;
  readonly held: string;
  readonly types?: readonly string[];
  /** Asks the array itself, not its elements. */
  readonly whole?: boolean;
}

const comparison: Wording = { failed: 'comparison failed', held: 'comparison succeeded' };
const membership: Wording = { failed: 'no matching value found in array', held: 'matching value found in array' };
const bits: Wording = {
  failed: 'bitwise operator failed to match',
  held: 'bitwise operator matched successfully',
  types: ['binData', 'decimal', 'double', 'int', 'long'],
};

const wordings: Readonly<Record<string, Wording>> = {
  $in: membership,
  $nin: membership,
  $exists: { failed: 'path does not exist', held: 'path does exist' },
  $type: { failed: 'type did not match', held: 'type did match' },
  $regex: { failed: 'regular expression did not match', held: 'regular expression did match', types: ['regex', 'string', 'symbol'] },
  $mod: {
    failed: '$mod did not evaluate to expected remainder',
    held: '$mod did evaluate to expected remainder',
    types: ['decimal', 'double', 'int', 'long'],
  },
  $size: {
    failed: 'array length was not equal to given size',
    held: 'array length was equal to given size',
    types: ['array'],
    whole: true,
  },
  $elemMatch: {
    failed: 'array did not satisfy the child predicate',
    held: 'array did satisfy the child predicate',
    types: ['array'],
    whole: true,
  },
  $all: { failed: 'array did not contain all specified values', held: 'array did contain all specified values', whole: true },
  $bitsAllClear: bits,
  $bitsAllSet: bits,
  $bitsAnyClear: bits,
  $bitsAnySet: bits,
};

function explainField(path: string, operand: unknown, asked: Case): Document {
  const operatorName = isOperators(operand) ? Object.keys(operand)[0]! : isRegex(operand) ? '$regex' : '$eq';
  const value = isOperators(operand) ? operand[operatorName] : operand;
  if (operatorName === '$not') return { operatorName, details: explain({ [path]: value }, { ...asked, matched: !asked.matched }) };
  const negates = operatorName === '$ne' || operatorName === '$nin' || (operatorName === '$exists' && !value);
  const matched = asked.matched !== negates;
  return { operatorName, specifiedAs: { [path]: operand }, ...explainValues(operatorName, valuesAt(asked.document, path), matched) };
}

const mostConsidered = 10;

function explainValues(operatorName: string, found: readonly unknown[], matched: boolean): Document {
  const { failed, held, types, whole } = wordings[operatorName] ?? comparison;
  const reason = matched ? held : failed;
  if (operatorName === '$exists') return { reason };
  if (found.length === 0) return { reason: 'field was missing' };
  const values = whole ? found : found.flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : [value]));
  const shown = values.slice(0, mostConsidered);
  const considered = {
    ...(shown.length === 1 ? { consideredValue: shown[0] } : { consideredValues: shown }),
    ...(values.length > mostConsidered && { consideredValuesTruncated: true }),
  };
  if (operatorName === '$type') return { reason, ...considered, ...namedTypes('considered', shown.map(typeName)) };
  if (!types || shown.some((value) => types.includes(typeName(value)))) return { reason, ...considered };
  return {
    reason: 'type did not match',
    ...namedTypes('considered', shown.map(typeName)),
    ...namedTypes('expected', types),
    ...considered,
  };
}

function namedTypes(what: 'considered' | 'expected', types: readonly string[]): Document {
  const names = [...new Set(types)].sort();
  if (names.length === 0) return {};
  return names.length === 1 ? { [`${what}Type`]: names[0] } : { [`${what}Types`]: names };
}

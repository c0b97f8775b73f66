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
  const clauses = clausesOf(filter);
  const [first] = clauses;
  if (clauses.length === 1) return clauseMismatch(first!, document, options);
  return { operatorName: '$and', clausesNotSatisfied: failingOf(clauses, document, options) };
}

/** A filter as a list of filters with one demand each. */
function clausesOf(filter: Document): Document[] {
  return Object.entries(filter)
    .filter(([name]) => name !== '$comment')
    .flatMap(([name, operand]) => {
      if (name.startsWith('$') || !isDocument(operand) || !isOperatorName(Object.keys(operand)[0])) return [{ [name]: operand }];
      const { $options, ...operators } = operand;
      return Object.entries(operators).map(([operator, value]) => ({
        [name]: { [operator]: value, ...(operator === '$regex' && $options !== undefined && { $options }) },
      }));
    });
}

function failingOf(clauses: readonly Document[], document: Document, options: FilterOptions): Document[] {
  return clauses.flatMap((clause, index) => {
    return compileFilter(clause, options)(document) ? [] : [{ index, details: explainMismatch(clause, document, options) }];
  });
}

function clauseMismatch(clause: Document, document: Document, options: FilterOptions): Document {
  const [[name, operand]] = Object.entries(clause) as [[string, unknown]];
  switch (name) {
    case '$and':
    case '$or':
      return { operatorName: name, clausesNotSatisfied: failingOf(operand as Document[], document, options) };
    case '$nor':
      return { operatorName: name, clausesSatisfied: satisfiedOf(operand as Document[], document, options) };
    case '$jsonSchema': {
      const schema = compileSchema(operand);
      return { operatorName: name, ...schema.annotations, schemaRulesNotSatisfied: schema.explain(document) };
    }
    case '$expr':
      return {
        operatorName: name,
        specifiedAs: clause,
        reason: 'expression did not match',
        expressionResult: compileExpression(operand, options)(document) ?? null,
      };
    default:
      return name.startsWith('$')
        ? { operatorName: name, specifiedAs: clause, reason: 'expression did not match' }
        : fieldMismatch(name, operand, document);
  }
}

function satisfiedOf(clauses: readonly Document[], document: Document, options: FilterOptions): Document[] {
  return clauses.flatMap((clause, index) => {
    return compileFilter(clause, options)(document) ? [{ index, details: { specifiedAs: clause, reason: 'expression matched' } }] : [];
  });
}

const reasons: Readonly<Record<string, string>> = {
  $type: 'type did not match',
  $in: 'no matching value found in array',
  $nin: 'matching value found in array',
  $regex: 'regular expression did not match',
  $mod: '$mod did not evaluate to expected remainder',
  $size: 'array length was not equal to given size',
  $elemMatch: 'array did not satisfy the child predicate',
  $all: 'array did not contain all specified values',
  $not: 'child expression matched',
};

function fieldMismatch(path: string, operand: unknown, document: Document): Document {
  const operatorName = isDocument(operand) && isOperatorName(Object.keys(operand)[0]) ? Object.keys(operand)[0]! : implied(operand);
  const specifiedAs = { [path]: operand };
  const values = valuesAt(document, path);
  if (operatorName === '$exists') {
    const reason = values.length > 0 ? 'path does exist' : 'path does not exist';
    return { operatorName, specifiedAs, reason };
  }
  if (values.length === 0) return { operatorName, specifiedAs, reason: 'field was missing' };
  const reason = reasons[operatorName] ?? (operatorName.startsWith('$bits') ? 'bitwise operator failed to match' : 'comparison failed');
  const considered = values.length === 1 ? { consideredValue: values[0] } : { consideredValues: values };
  const types = values.length === 1 ? { consideredType: typeName(values[0]) } : { consideredTypes: values.map(typeName) };
  return { operatorName, specifiedAs, reason, ...considered, ...(operatorName === '$type' && types) };
}

function implied(operand: unknown): string {
  return isRegex(operand) ? '$regex' : '$eq';
}

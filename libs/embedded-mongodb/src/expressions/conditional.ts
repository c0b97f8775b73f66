import { isDocument, type Document } from '../bson/document';
import { failAt } from '../errors';
import { argumentsOf, isNullish, type Evaluate, type ExpressionOperator, type Scope } from './scope';
import { isTrue } from './truth';

/** Operators that decide, evaluating only what they need. */
export const conditionalOperators: Readonly<Record<string, ExpressionOperator>> = {
  $and: (operand, scope) => {
    const parts = argumentsOf(operand, scope);
    return (root, slots) => parts.every((part) => isTrue(part(root, slots)));
  },
  $or: (operand, scope) => {
    const parts = argumentsOf(operand, scope);
    return (root, slots) => parts.some((part) => isTrue(part(root, slots)));
  },
  $not: (operand, scope) => {
    const parts = argumentsOf(operand, scope);
    if (parts.length !== 1) throw failAt(16020, `Expression $not takes exactly 1 arguments. ${parts.length} were passed in.`);
    return (root, slots) => !isTrue(parts[0]!(root, slots));
  },
  $cond: conditional,
  $ifNull: (operand, scope) => {
    const parts = argumentsOf(operand, scope);
    if (parts.length < 2) throw failAt(1257300, `$ifNull needs at least two arguments, had: ${parts.length}`);
    return (root, slots) => {
      let value: unknown;
      for (const part of parts) {
        value = part(root, slots);
        if (!isNullish(value)) return value;
      }
      return value;
    };
  },
  $switch: switched,
};

function conditional(operand: unknown, scope: Scope): Evaluate {
  const [test, yes, no] = (isDocument(operand) ? namedBranches(operand) : listedBranches(operand)).map((part) => scope.compile(part));
  return (root, slots) => (isTrue(test!(root, slots)) ? yes!(root, slots) : no!(root, slots));
}

function namedBranches(operand: Document): unknown[] {
  const unknown = Object.keys(operand).find((name) => !['if', 'then', 'else'].includes(name));
  if (unknown !== undefined) throw failAt(17083, `Unrecognized parameter to $cond: ${unknown}`);
  for (const [i, name] of ['if', 'then', 'else'].entries())
    if (!(name in operand)) throw failAt(17080 + i, `Missing '${name}' parameter to $cond`);
  return [operand['if'], operand['then'], operand['else']];
}

function listedBranches(operand: unknown): unknown[] {
  const list = Array.isArray(operand) ? (operand as unknown[]) : [operand];
  if (list.length !== 3) throw failAt(16020, `Expression $cond takes exactly 3 arguments. ${list.length} were passed in.`);
  return list;
}

function switched(operand: unknown, scope: Scope): Evaluate {
  if (!isDocument(operand)) throw failAt(40060, '$switch requires an object as an argument, found: ' + typeof operand);
  const unknown = Object.keys(operand).find((name) => name !== 'branches' && name !== 'default');
  if (unknown !== undefined) throw failAt(40067, `$switch found an unknown argument: ${unknown}`);
  const { branches: list = [] } = operand;
  if (!Array.isArray(list)) throw failAt(40061, `$switch expected an array for 'branches', found: ${typeof list}`);
  if (list.length === 0) throw failAt(40068, '$switch requires at least one branch.');
  const branches = (list as unknown[]).map((branch) => {
    if (!isDocument(branch)) throw failAt(40062, `$switch expected each branch to be an object, found: ${typeof branch}`);
    if (!('case' in branch)) throw failAt(40064, "$switch requires each branch have a 'case' expression");
    if (!('then' in branch)) throw failAt(40065, "$switch requires each branch have a 'then' expression.");
    return { test: scope.compile(branch['case']), then: scope.compile(branch['then']) };
  });
  const otherwise = 'default' in operand ? scope.compile(operand['default']) : undefined;
  return (root, slots) => {
    const branch = branches.find(({ test }) => isTrue(test(root, slots)));
    if (branch) return branch.then(root, slots);
    if (otherwise) return otherwise(root, slots);
    throw failAt(40066, '$switch could not find a matching branch for an input, and no default was specified.');
  };
}

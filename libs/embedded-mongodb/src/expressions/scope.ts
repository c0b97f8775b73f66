import type { Document } from '../bson/document';
import { isDocument } from '../bson/document';
import { fail, failAt } from '../errors';
import type { Collation } from '../values/collation';
import { argumentErrors } from './argument-errors';

/** Evaluates against a document; `slots` holds the values of the variables ($let, $map) that are bound on the way. `undefined` is "missing". */
export type Evaluate = (root: Document, slots: unknown[]) => unknown;

/** What an operator needs to compile its operands. */
export interface Scope {
  readonly collation?: Collation;
  compile(expression: unknown): Evaluate;
  /** A scope in which these names are variables, and the slots their values go to. */
  bind(names: readonly string[]): { scope: Scope; slots: number[] };
}

/** Compiles `{ $operator: operand }`. */
export type ExpressionOperator = (operand: unknown, scope: Scope, name: string) => Evaluate;

/** An operator of so many arguments, given as an array (or alone, if one will do). Error: 16020 for another number. */
export function taking(least: number, most: number, apply: (args: unknown[], scope: Scope, name: string) => unknown): ExpressionOperator {
  return (operand, scope, name) => {
    const args = argumentsOf(operand, scope);
    if (args.length < least || args.length > most) throw wrongCount(name, least, most, args.length);
    const [first, second] = args;
    if (args.length === 1) return (root, slots) => apply([first!(root, slots)], scope, name);
    if (args.length === 2) return (root, slots) => apply([first!(root, slots), second!(root, slots)], scope, name);
    return (root, slots) => apply(args.map((arg) => arg(root, slots)), scope, name); // prettier-ignore
  };
}

/** An operator of any number of arguments. */
export function variadic(apply: (args: unknown[], scope: Scope, name: string) => unknown): ExpressionOperator {
  return taking(0, Infinity, apply);
}

/** An operator of one argument. */
export function unary(apply: (value: unknown, name: string, scope: Scope) => unknown): ExpressionOperator {
  return taking(1, 1, ([value], scope, name) => apply(value, name, scope));
}

/** As `unary`, null for null and missing. */
export function nullable(apply: (value: unknown, name: string, scope: Scope) => unknown): ExpressionOperator {
  return unary((value, name, scope) => (value === null || value === undefined ? null : apply(value, name, scope)));
}

export function argumentsOf(operand: unknown, scope: Scope): Evaluate[] {
  return (Array.isArray(operand) ? (operand as unknown[]) : [operand]).map((arg) => scope.compile(arg));
}

function wrongCount(name: string, least: number, most: number, count: number): Error {
  const expected =
    least === most
      ? `takes exactly ${least} arguments`
      : most === Infinity
        ? `takes at least ${least} arguments`
        : `takes at least ${least} arguments, and at most ${most}`;
  const code = least === most ? 16020 : most === Infinity ? 16020 : 28667;
  return failAt(
    code,
    `Expression ${name} ${expected}${least === most ? '' : ','}${least === most ? '.' : ' but'} ${count} were passed in.`,
  );
}

/** An operator whose operand is a document of named arguments; the values arrive by name. Errors: those of `argumentErrors`. */
export function named(
  required: readonly string[],
  optional: readonly string[],
  apply: (args: Document, scope: Scope, name: string) => unknown,
): ExpressionOperator {
  return (operand, scope, name) => {
    const args = namedArguments(operand, required, optional, name).map(([key, value]) => [key, scope.compile(value)] as const);
    return (root, slots) => {
      const values: Document = {};
      // An argument that is there but leads to nothing counts as null; one that is not there has its default.
      for (const [key, evaluate] of args) values[key] = evaluate(root, slots) ?? null;
      return apply(values, scope, name);
    };
  };
}

export function namedArguments(
  operand: unknown,
  required: readonly string[],
  optional: readonly string[],
  name: string,
): [string, unknown][] {
  const codes = argumentErrors[name] ?? {};
  if (!isDocument(operand)) throw wrongArguments(codes.notObject, `${name} only supports an object as its argument`);
  const unknown = Object.keys(operand).find((key) => !required.includes(key) && !optional.includes(key));
  if (unknown !== undefined) throw wrongArguments(codes.unknown, `Unrecognized argument to ${name}: ${unknown}`);
  const absent = required.find((key) => !(key in operand));
  if (absent !== undefined) {
    const code = typeof codes.missing === 'object' ? codes.missing[absent] : codes.missing;
    throw wrongArguments(code, `Missing '${absent}' parameter to ${name}`);
  }
  return Object.entries(operand);
}

function wrongArguments(code: number | undefined, message: string): Error {
  return code === undefined ? fail('FailedToParse', message) : failAt(code, message);
}

export function isNullish(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

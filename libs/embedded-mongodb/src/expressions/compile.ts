import { getField, isDocument, setField, type Document } from '../bson/document';
import { show } from '../bson/show';
import { fail, failAt } from '../errors';
import type { Collation } from '../values/collation';
import { checkFieldName, splitFieldPath } from '../values/field-path';
import { expressionTable } from './operators';
import type { Evaluate, Scope } from './scope';

export interface ExpressionOptions {
  readonly collation?: Collation;
  /** Values of `$$name`, by name without the dollars. Read when evaluated, so that the owner may change them between documents. */
  readonly variables?: Document;
}

/** The operators of the expression language. */
export const expressionOperators: readonly string[] = Object.keys(expressionTable);

/** Whether the expression language has the operator; `$literal` and `$const`, which evaluate nothing, included. */
export function isExpressionOperator(name: string): boolean {
  return name === '$literal' || name === '$const' || Object.hasOwn(expressionTable, name);
}

/** Compiles an expression once. Errors: 168 for an unknown operator, 17276 for an unknown variable, 15983, 16020, and the operators' own. */
export function compileExpression(expression: unknown, options: ExpressionOptions = {}): (document: Document) => unknown {
  const context = new Context(options);
  const evaluate = new LexicalScope(context, new Map()).compile(expression);
  const { slots } = context;
  return (document) => evaluate(document, slots);
}

/** What all scopes of one expression share. */
class Context {
  readonly slots: unknown[] = [];

  constructor(readonly options: ExpressionOptions) {}
}

/** Evaluators that answer the same for every document. */
const constants = new WeakMap<Evaluate, { readonly value: unknown }>();

function constant(value: unknown): Evaluate {
  const evaluate: Evaluate = () => value;
  constants.set(evaluate, { value });
  return evaluate;
}

class LexicalScope implements Scope {
  constructor(
    private readonly context: Context,
    private readonly names: ReadonlyMap<string, number>,
  ) {}

  get collation(): Collation | undefined {
    return this.context.options.collation;
  }

  bind(names: readonly string[]): { scope: Scope; slots: number[] } {
    for (const name of names) checkVariableName(name);
    const slots = names.map(() => this.context.slots.push(undefined) - 1);
    return {
      scope: new LexicalScope(this.context, new Map([...this.names, ...names.map((name, i) => [name, slots[i]!] as const)])),
      slots,
    };
  }

  compile(expression: unknown): Evaluate {
    if (typeof expression === 'string') return expression.startsWith('$') ? this.reference(expression) : constant(expression);
    if (Array.isArray(expression)) return this.array(expression);
    if (!isDocument(expression)) return constant(expression);
    const [first] = Object.keys(expression);
    return first?.startsWith('$') ? this.operator(expression, first) : this.document(expression);
  }

  private operator(expression: Document, name: string): Evaluate {
    if (Object.keys(expression).length > 1) {
      throw failAt(
        15983,
        `an expression specification must contain exactly one field, the name of the expression. Found ${Object.keys(expression).length} fields in ${show(expression)}`,
      );
    }
    if (name === '$literal' || name === '$const') return constant(expression[name]);
    if (!Object.hasOwn(expressionTable, name)) throw fail('InvalidPipelineOperator', `Unrecognized expression '${name}'`);
    return expressionTable[name]!(expression[name], this, name);
  }

  private array(expression: unknown[]): Evaluate {
    const elements = expression.map((element) => this.compile(element));
    if (elements.every((element) => constants.has(element)))
      return constant(elements.map((element) => constants.get(element)!.value ?? null));
    return (root, slots) => elements.map((element) => element(root, slots) ?? null);
  }

  private document(expression: Document): Evaluate {
    const fields = Object.entries(expression).map(([name, value]) => {
      checkFieldName(name);
      return [name, this.compile(value)] as const;
    });
    const evaluate: Evaluate = (root, slots) => {
      const document: Document = {};
      for (const [name, part] of fields) {
        const value = part(root, slots);
        if (value !== undefined) setField(document, name, value);
      }
      return document;
    };
    return fields.every(([, part]) => constants.has(part)) ? constant(evaluate({}, [])) : evaluate;
  }

  private reference(text: string): Evaluate {
    if (text === '$') throw failAt(16872, "'$' by itself is not a valid FieldPath");
    if (!text.startsWith('$$')) return fieldOf((root) => root, splitFieldPath(text.slice(1)));
    const [name = ''] = text.slice(2).split('.', 1);
    const path = text.slice(3 + name.length);
    if (name === '') throw fail('FailedToParse', 'empty variable names are not allowed');
    const variable = this.variable(name);
    return text.length === 2 + name.length ? variable : fieldOf(variable, splitFieldPath(path));
  }

  private variable(name: string): Evaluate {
    const slot = this.names.get(name);
    if (slot !== undefined) return (_root, slots) => slots[slot];
    if (name === 'ROOT' || name === 'CURRENT') return (root) => root;
    if (name === 'REMOVE') return constant(undefined);
    const { variables } = this.context.options;
    if (variables && Object.hasOwn(variables, name)) return () => variables[name];
    // Where the command's own moment is not handed in (a filter's $expr), that of compiling is: a command compiles once.
    if (name === 'NOW') return constant(new Date());
    throw failAt(17276, `Use of undefined variable: ${name}`);
  }
}

function fieldOf(from: Evaluate, path: readonly string[]): Evaluate {
  const [name] = path as [string];
  // Most paths have one part.
  if (path.length === 1) return (root, slots) => step(from(root, slots), name);
  return (root, slots) => walk(from(root, slots), path, 0);
}

function step(value: unknown, name: string): unknown {
  if (isDocument(value)) return getField(value, name);
  return Array.isArray(value) ? walk(value, [name], 0) : undefined;
}

// An array on the way is mapped, elements without the field left out; numbers are names here, not indexes.
function walk(value: unknown, path: readonly string[], at: number): unknown {
  if (at === path.length) return value;
  if (Array.isArray(value))
    return value.map((element) => (isDocument(element) ? walk(element, path, at) : undefined)).filter((found) => found !== undefined);
  return isDocument(value) ? walk(getField(value, path[at]!), path, at + 1) : undefined;
}

function checkVariableName(name: string): void {
  if (name === 'CURRENT') return;
  if (!/^[a-z\u0080-\uffff]/.test(name)) throw fail('FailedToParse', `'${name}' starts with an invalid character for a user variable name`);
  const wrong = /[^A-Za-z0-9_\u0080-\uffff]/.exec(name);
  if (wrong) throw fail('FailedToParse', `'${name}' contains an invalid character for a variable name: '${wrong[0]}'`);
}

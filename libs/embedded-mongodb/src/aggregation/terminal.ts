import { isDocument, type Document } from '../bson/document';
import { typeName } from '../bson/types';
import { fail, failAt } from '../errors';
import { stageName } from './stages';

/** `$out` or `$merge` at the end of a pipeline, for the server to carry out on the pipeline's output. */
export type PipelineTerminal =
  | { readonly stage: '$out'; readonly database?: string; readonly collection: string }
  | {
      readonly stage: '$merge';
      readonly database?: string;
      readonly collection: string;
      readonly on: readonly string[];
      readonly whenMatched: 'replace' | 'keepExisting' | 'merge' | 'fail' | Document[];
      readonly whenNotMatched: 'insert' | 'discard' | 'fail';
      readonly variables?: Document;
    };

/** Reads the last stage if it writes. Errors: 16990, 51182, 51178 and 9 for what it does not know. */
export function terminalOf(stages: readonly Document[]): PipelineTerminal | undefined {
  const last = stages.at(-1);
  if (last === undefined) return undefined;
  const name = stageName(last);
  if (name === '$out') return out(last[name]);
  return name === '$merge' ? merge(last[name]) : undefined;
}

function out(specification: unknown): PipelineTerminal {
  if (typeof specification === 'string') return { stage: '$out', collection: specification };
  if (isDocument(specification) && typeof specification['coll'] === 'string') {
    return { stage: '$out', database: specification['db'] as string | undefined, collection: specification['coll'] };
  }
  throw failAt(16990, `$out only supports a string or object argument, but found ${typeName(specification)}`);
}

const matched = ['replace', 'keepExisting', 'merge', 'fail'];
const notMatched = ['insert', 'discard', 'fail'];

function merge(specification: unknown): PipelineTerminal {
  const options: Document = typeof specification === 'string' ? { into: specification } : (specification as Document);
  if (!isDocument(options)) throw failAt(51182, `$merge requires a string or object argument, but found ${typeName(specification)}`);
  const { into, on = '_id', whenMatched = 'merge', whenNotMatched = 'insert', let: variables } = options;
  const unknown = Object.keys(options).find((name) => !['into', 'on', 'whenMatched', 'whenNotMatched', 'let'].includes(name));
  if (unknown !== undefined) throw failAt(40415, `BSON field '$merge.${unknown}' is an unknown field.`);
  const target: Document = typeof into === 'string' ? { coll: into } : ((into ?? {}) as Document);
  if (typeof target['coll'] !== 'string')
    throw failAt(51178, "$merge 'into' field must specify a 'coll' that is not empty, null or undefined");
  if (!Array.isArray(whenMatched) && !matched.includes(whenMatched as string)) throw enumeration('whenMatched', whenMatched);
  if (!notMatched.includes(whenNotMatched as string)) throw enumeration('whenNotMatched', whenNotMatched);
  checkCombination(whenMatched, whenNotMatched);
  return {
    stage: '$merge',
    database: target['db'],
    collection: target['coll'],
    on: Array.isArray(on) ? on : [on],
    whenMatched,
    whenNotMatched,
    variables,
  } as PipelineTerminal;
}

/** What is kept as it is, or must not be there, leaves only inserting for the rest. Error: 51181. */
function checkCombination(whenMatched: unknown, whenNotMatched: unknown): void {
  if ((whenMatched === 'keepExisting' || whenMatched === 'fail') && whenNotMatched !== 'insert') {
    throw failAt(
      51181,
      `Combination of whenMatched mode: ${whenMatched} and whenNotMatched mode: ${String(whenNotMatched)} is not supported`,
    );
  }
}

function enumeration(field: string, value: unknown): Error {
  return fail('BadValue', `Enumeration value '${String(value)}' for field '${field}' is not a valid value.`);
}

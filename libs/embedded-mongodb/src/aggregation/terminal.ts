import { isDocument, type Document } from '../bson/document';
import { typeName } from '../bson/types';
import { fail, failAt } from '../errors';
import { splitFieldPath } from '../values/field-path';
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
  if (!isDocument(specification))
    throw failAt(16990, `$out only supports a string or object argument, but found ${typeName(specification)}`);
  checkOptions('$out', specification, ['db', 'coll', 'timeseries']);
  const { db, coll, timeseries } = specification;
  if (timeseries !== undefined && timeseries !== null) throw fail('NotImplemented', "$out's 'timeseries' option is not supported");
  if (coll === undefined || coll === null) throw failAt(40414, "BSON field '$out.coll' is missing but a required field");
  return { stage: '$out', database: nameOption('$out.db', db), collection: nameOption('$out.coll', coll)! };
}

function checkOptions(stage: string, options: Document, known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw failAt(40415, `BSON field '${stage}.${unknown}' is an unknown field.`);
}

function nameOption(field: string, value: unknown): string | undefined {
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  throw fail('TypeMismatch', `BSON field '${field}' is the wrong type '${typeName(value)}', expected type 'string'`);
}

const matched = ['replace', 'keepExisting', 'merge', 'fail'];
const notMatched = ['insert', 'discard', 'fail'];

function merge(specification: unknown): PipelineTerminal {
  const options: Document = typeof specification === 'string' ? { into: specification } : (specification as Document);
  if (!isDocument(options)) throw failAt(51182, `$merge requires a string or object argument, but found ${typeName(specification)}`);
  checkOptions('$merge', options, ['into', 'on', 'whenMatched', 'whenNotMatched', 'let']);
  const { into, on = '_id', whenMatched = 'merge', whenNotMatched = 'insert', let: variables } = options;
  const target: Document = typeof into === 'string' ? { coll: into } : isDocument(into) ? into : {};
  checkOptions('$merge.into', target, ['db', 'coll']);
  if (typeof target['coll'] !== 'string')
    throw failAt(51178, "$merge 'into' field must specify a 'coll' that is not empty, null or undefined");
  checkWhen(whenMatched, whenNotMatched);
  if (variables !== undefined && !isDocument(variables))
    throw fail('TypeMismatch', `BSON field '$merge.let' is the wrong type '${typeName(variables)}', expected type 'object'`);
  if (variables !== undefined && !Array.isArray(whenMatched))
    throw failAt(51199, `Cannot use 'let' variables with 'whenMatched: ${String(whenMatched)}' mode`);
  return {
    stage: '$merge',
    database: nameOption('$merge.into.db', target['db']),
    collection: target['coll'],
    on: onFields(on),
    whenMatched,
    whenNotMatched,
    variables,
  } as PipelineTerminal;
}

function checkWhen(whenMatched: unknown, whenNotMatched: unknown): void {
  if (typeof whenMatched !== 'string' && !Array.isArray(whenMatched))
    throw failAt(51191, `$merge 'whenMatched' field must be either a string or an array, but found ${typeName(whenMatched)}`);
  if (typeof whenMatched === 'string' && !matched.includes(whenMatched)) throw enumeration('whenMatched', whenMatched);
  if (typeof whenNotMatched !== 'string')
    throw fail(
      'TypeMismatch',
      `BSON field '$merge.whenNotMatched' is the wrong type '${typeName(whenNotMatched)}', expected type 'string'`,
    );
  if (!notMatched.includes(whenNotMatched)) throw enumeration('whenNotMatched', whenNotMatched);
  // What is kept as it is, or must not be there, leaves only inserting for the rest.
  if ((whenMatched === 'keepExisting' || whenMatched === 'fail') && whenNotMatched !== 'insert')
    throw failAt(51181, `Combination of whenMatched mode: ${whenMatched} and whenNotMatched mode: ${whenNotMatched} is not supported`);
}

/** The fields that identify a document of the target. Errors: 51186, 51134, 51187, 31465, and those of field paths. */
function onFields(on: unknown): string[] {
  if (typeof on !== 'string' && !Array.isArray(on))
    throw failAt(51186, `$merge 'on' field  must be either a string or an array of strings, but found ${typeName(on)}`);
  const fields = (Array.isArray(on) ? on : [on]).map((field: unknown) => {
    if (typeof field !== 'string') throw failAt(51134, `$merge 'on' array elements must be strings, but found ${typeName(field)}`);
    splitFieldPath(field);
    return field;
  });
  if (fields.length === 0) throw failAt(51187, "If explicitly specifying $merge 'on', must include at least one field");
  if (new Set(fields).size < fields.length) throw failAt(31465, "Found a duplicate field in $merge 'on'");
  return fields;
}

function enumeration(field: string, value: unknown): Error {
  return fail('BadValue', `Enumeration value '${String(value)}' for field '${field}' is not a valid value.`);
}

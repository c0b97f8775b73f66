import { Timestamp } from 'bson';
import { isDocument } from '../bson/document';
import { add, fitsLong, multiply, numericType, toBigInt } from '../bson/numbers';
import { show } from '../bson/show';
import { bsonType, bsonTypes, isNumeric, typeName } from '../bson/types';
import { fail } from '../errors';
import { compareValues, equalValues } from '../values/compare';
import { removed, type ModifierContext, type UpdateOperator } from './modifier';

const set: UpdateOperator = (operand) => ({ creates: true, apply: () => operand });

/** The operators that give one field a new value. */
export const fieldUpdateOperators: Readonly<Record<string, UpdateOperator>> = {
  $set: set,
  $setOnInsert: set,
  $unset: () => ({ creates: false, apply: (current) => (current === undefined ? undefined : removed) }),
  $inc: arithmetic('$inc', 'increment', (current, operand, overflow) => add(current ?? 0, operand, overflow)),
  $mul: arithmetic('$mul', 'multiply', (current, operand, overflow) => multiply(current ?? 0, operand, overflow)),
  $min: extreme((order) => order < 0),
  $max: extreme((order) => order > 0),
  $currentDate: currentDate,
  $bit: bit,
};

type Arithmetic = (current: unknown, operand: unknown, overflow: () => never) => unknown;

function arithmetic(name: string, verb: string, calculate: Arithmetic): UpdateOperator {
  return (operand, { path }) => {
    if (!isNumeric(operand)) throw fail('TypeMismatch', `Cannot ${verb} with non-numeric argument: ${show({ [path]: operand })}`);
    return {
      creates: true,
      apply: (current, context) => {
        // A field that is not there becomes the operand, or zero in the operand's type.
        if (current === undefined && name === '$inc') return operand;
        if (current !== undefined && !isNumeric(current)) throw nonNumeric(name, current, context);
        const result = calculate(current, operand, () => {
          throw fail('BadValue', `Failed to apply ${name} operations to current value (${show(current)}) for document ${shortId(context)}`);
        });
        // What compares equal in the same type is left as it is written: 1.0 stays where 0.00 is added.
        const same = current !== undefined && numericType(current) === numericType(result) && equalValues(current, result);
        return same ? current : result;
      },
    };
  };
}

function nonNumeric(name: string, current: unknown, context: ModifierContext): Error {
  const field = lastPart(context.path);
  return fail(
    'TypeMismatch',
    `Cannot apply ${name} to a value of non-numeric type. ${shortId(context)} has the field '${field}' of non-numeric type ${typeName(current)}`,
  );
}

function extreme(wins: (order: number) => boolean): UpdateOperator {
  return (operand, { collation }) => ({
    creates: true,
    apply: (current) => (current === undefined || wins(compareValues(operand, current, collation)) ? operand : current),
  });
}

let ordinal = 0;

function currentDate(operand: unknown): ReturnType<UpdateOperator> {
  const kind = isDocument(operand) ? operand['$type'] : 'date';
  if (typeof operand !== 'boolean' && !isDocument(operand)) {
    throw fail(
      'BadValue',
      `${typeName(operand)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).`,
    );
  }
  if (isDocument(operand)) {
    const unknown = Object.keys(operand).find((name) => name !== '$type');
    if (unknown) throw fail('BadValue', `Unrecognized $currentDate option: ${unknown}`);
    if (kind !== 'date' && kind !== 'timestamp') {
      throw fail('BadValue', "The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}");
    }
  }
  if (kind === 'date') return { creates: true, apply: (_current, { now }) => now };
  return {
    creates: true,
    apply: (_current, { now }) => new Timestamp({ t: Math.floor(now.getTime() / 1000), i: (ordinal = (ordinal % 0xffff) + 1) }),
  };
}

const bitOperations: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
};

function bit(operand: unknown, { path }: { path: string }): ReturnType<UpdateOperator> {
  if (!isDocument(operand)) {
    throw fail(
      'BadValue',
      `The $bit modifier is not compatible with a ${typeName(operand)}. You must pass in an embedded document: {$bit: {field: {and/or/xor: #}}`,
    );
  }
  const steps = Object.entries(operand).map(([name, value]) => {
    const operation = Object.hasOwn(bitOperations, name) ? bitOperations[name] : undefined;
    if (!operation)
      throw fail(
        'BadValue',
        `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}' which is an unknown operator: {${name}: ${show(value)}}`,
      );
    if (!isInteger(value)) {
      throw fail(
        'BadValue',
        `The $bit modifier field must be an Integer(32/64 bit); a '${typeName(value)}' is not supported here: {${name}: ${show(value)}}`,
      );
    }
    return { operation, value };
  });
  if (steps.length === 0)
    throw fail('BadValue', `You must pass in at least one bitwise operation. The format is: {$bit: {field: {and/or/xor: #}} (${path})`);
  return {
    creates: true,
    apply: (current = 0, context) => {
      if (!isInteger(current)) throw nonIntegral(current, context);
      return steps.reduce<unknown>((value, step) => bitwise(step.operation, value, step.value), current);
    },
  };
}

function isInteger(value: unknown): boolean {
  const type = bsonType(value);
  return type === bsonTypes.int || type === bsonTypes.long;
}

function bitwise(operation: (a: bigint, b: bigint) => bigint, a: unknown, b: unknown): unknown {
  const result = operation(toBigInt(a), toBigInt(b));
  const long = numericType(a) === 'long' || numericType(b) === 'long';
  return long || !fitsLong(result) ? BigInt.asIntN(64, result) : Number(result);
}

function nonIntegral(current: unknown, context: ModifierContext): Error {
  const field = lastPart(context.path);
  return fail(
    'BadValue',
    `Cannot apply $bit to a value of non-integral type.${shortId(context)} has the field ${field} of non-integer type ${typeName(current)}`,
  );
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/** `{_id: 1}`, by which messages name a document. */
export function shortId({ document }: ModifierContext): string {
  return `{_id: ${show(document['_id'])}}`;
}

import { Binary } from 'bson';
import { fitsLong, isIntegral, toBigInt } from '../bson/numbers';
import { show } from '../bson/show';
import { isNumeric } from '../bson/types';
import { fail } from '../errors';
import type { ValueTest } from './leaf-tests';

/** Tells whether a value has the bit at a position; undefined for a value that has no bits. */
type Bits = (position: number) => boolean;

/** `$bitsAllSet` and its like: a rule over the positions asked for. Errors: 2. */
export function bits(name: string, rule: (positions: readonly number[], isSet: Bits) => boolean): (operand: unknown) => ValueTest {
  return (operand) => {
    const positions = positionsOf(name, operand);
    return (value) => {
      const isSet = bitsOf(value);
      return isSet !== undefined && rule(positions, isSet);
    };
  };
}

function positionsOf(name: string, operand: unknown): number[] {
  if (Array.isArray(operand)) return operand.map((position) => bitPosition(name, position));
  const bytes = bytesOf(operand);
  if (bytes) return positionsIn(bytes.length * 8, (position) => bitOfBytes(bytes, position));
  if (!isNumeric(operand)) throw fail('BadValue', `${name} takes an Array, a number, or a BinData but received: ${name}: ${show(operand)}`);
  const mask = isIntegral(operand) ? toBigInt(operand) : -1n;
  if (mask < 0n || !fitsLong(mask)) throw fail('FailedToParse', `Expected a non-negative 64-bit integer in: ${name}: ${show(operand)}`);
  return positionsIn(64, (position) => bitOfInteger(mask, position));
}

function positionsIn(count: number, isSet: Bits): number[] {
  return Array.from({ length: count }, (_unused, position) => position).filter(isSet);
}

function bitPosition(name: string, position: unknown): number {
  const whole = isNumeric(position) && isIntegral(position) ? toBigInt(position) : -1n;
  if (whole >= 0n && whole <= 0x7fffffffn) return Number(whole);
  throw fail('BadValue', `Failed to parse bit position. Expected a non-negative 32-bit integer in: ${name}: ${show(position)}`);
}

function bitsOf(value: unknown): Bits | undefined {
  const bytes = bytesOf(value);
  if (bytes) return (position) => bitOfBytes(bytes, position);
  if (!isNumeric(value) || !isIntegral(value)) return undefined;
  const whole = toBigInt(value);
  return fitsLong(whole) ? (position) => bitOfInteger(whole, position) : undefined;
}

function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof Binary) return value.value();
  return value instanceof Uint8Array ? value : undefined;
}

function bitOfBytes(bytes: Uint8Array, position: number): boolean {
  return ((bytes[Math.floor(position / 8)] ?? 0) & (1 << (position % 8))) !== 0;
}

// A negative number goes on with its sign.
function bitOfInteger(value: bigint, position: number): boolean {
  return position < 64 ? ((value >> BigInt(position)) & 1n) === 1n : value < 0n;
}

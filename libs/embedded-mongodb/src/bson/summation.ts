import { Decimal128 } from 'bson';
import { addDecimals, type Decimal, exactDecimal, toDecimal128 } from './decimal';
import { asDouble, asInteger, fitsLong, numericType, toBigInt, toDecimal, toNumber, widest, type NumericType } from './numbers';

const zero: Decimal = { coefficient: 0n, exponent: 0 };

/** A running sum over numbers of all types: integers exactly, doubles with their rounding error carried along, as MongoDB does. */
export class Summation {
  private type: NumericType = 'int';
  private whole = 0;
  private large = 0n;
  private real = 0;
  private error = 0;
  private decimal = zero;

  add(value: unknown): void {
    const type = numericType(value);
    this.type = widest(this.type, type);
    if (type === 'int') this.addInt(toNumber(value));
    else if (type === 'long') this.large += toBigInt(value);
    else if (type === 'double') this.addReal(toNumber(value));
    else this.decimal = addDecimals(this.decimal, toDecimal(value));
  }

  private addInt(value: number): void {
    this.whole += value;
    if (Number.isSafeInteger(this.whole)) return;
    this.large += BigInt(this.whole);
    this.whole = 0;
  }

  // Neumaier's variant of Kahan's summation.
  private addReal(value: number): void {
    const sum = this.real + value;
    this.error += Math.abs(this.real) >= Math.abs(value) ? this.real - sum + value : value - sum + this.real;
    this.real = sum;
  }

  private get integers(): bigint {
    return this.large + BigInt(this.whole);
  }

  private get double(): number {
    return this.compensated + Number(this.integers);
  }

  private get compensated(): number {
    const compensated = this.real + this.error;
    // Infinities leave NaN in the error term.
    return Number.isNaN(compensated) ? this.real : compensated;
  }

  private get exact(): Decimal {
    const integers: Decimal = { coefficient: this.integers, exponent: 0 };
    const reals = this.real === 0 ? zero : exactDecimal(this.compensated);
    return addDecimals(addDecimals(this.decimal, integers), reals);
  }

  /** The sum, in the widest type that was added; int if that is enough for ints. */
  total(): unknown {
    if (this.type === 'decimal') return toDecimal128(this.exact);
    if (this.type === 'double') return asDouble(this.double);
    const sum = asInteger(this.integers);
    return this.type === 'long' && fitsLong(this.integers) ? this.integers : sum;
  }

  /** The sum as a decimal or a double, to divide. */
  forMean(): Decimal128 | number {
    return this.type === 'decimal' ? toDecimal128(this.exact) : this.double;
  }
}

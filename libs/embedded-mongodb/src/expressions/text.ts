import { BSONSymbol, Code, Double, Timestamp } from 'bson';
import { show } from '../bson/show';
import { isNumeric, isInt32, typeName } from '../bson/types';
import { failAt } from '../errors';
import { isNullish } from './scope';

/** A string out of what MongoDB lets pass for one in most string operators: null is empty, numbers and dates are written out. Error: 16007. */
export function textOf(value: unknown, name: string): string {
  if (isNullish(value)) return '';
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof BSONSymbol) return value.value;
  if (value instanceof Code && !value.scope) return value.code;
  if (value instanceof Timestamp) return timestampText(value);
  if (value instanceof Double) return sixDigits(value.value);
  if (typeof value === 'number' && !isInt32(value)) return sixDigits(value);
  if (isNumeric(value)) return show(value);
  throw failAt(16007, `can't convert from BSON type ${typeName(value)} to String in ${name}`);
}

/** As C's `%g` writes it, with six significant digits. */
function sixDigits(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0';
  const [mantissa = '', exponent = '0'] = value.toExponential(5).split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(Number(value.toPrecision(6)));
  const digits = mantissa.replace(/\.?0+$/, '');
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function timestampText(value: Timestamp): string {
  const date = new Date(value.getHighBitsUnsigned() * 1000);
  const day = String(date.getUTCDate()).padStart(2);
  return `${months[date.getUTCMonth()]} ${day} ${date.toISOString().slice(11, 19)}:${value.getLowBitsUnsigned()}`;
}

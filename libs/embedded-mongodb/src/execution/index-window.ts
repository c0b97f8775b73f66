import type { Document } from '../bson/codec';
import { fail, failAt } from '../errors';
import type { Index } from '../indexes/index-definition';
import { isCut } from '../indexes/key-string';
import type { KeyRange } from '../storage/view';
import { wholeIndex } from './index-plan';

/** Keys of an index between which to look: `min` inclusive, `max` exclusive, each a value for every field of the index. */
export interface Window {
  readonly min?: Document;
  readonly max?: Document;
}

/** The keys of the hinted index that lie in a window. Errors: 51174 for other fields than the index's, 51175 for a window that is none. */
export function windowOf(index: Index, { min, max }: Window): KeyRange {
  const whole = wholeIndex(index);
  const range = { start: min ? boundary(index, min) : whole.start, end: max ? boundary(index, max) : whole.end };
  if (min && max && Buffer.compare(range.start, range.end) >= 0)
    throw failAt(51175, 'The value provided for min() does not come before the value provided for max()');
  return range;
}

function boundary(index: Index, bound: Document): Buffer {
  const fields = Object.keys(bound);
  if (index.text || fields.length !== index.fields.length || fields.some((field, position) => field !== index.fields[position]))
    throw failAt(51174, 'The index chosen is not compatible with min/max');
  const key = index.key(Object.values(bound));
  // Such keys tell equality, not order.
  if (isCut(key) || index.collation) throw fail('NotImplemented', 'min and max need an index, and bounds, whose keys are in order');
  return key;
}

import { encode, type Document } from '../bson/codec';
import { fail, failAt } from '../errors';
import { tokenOf, type ResumePoint } from './resume-token';

/** MongoDB's limit of one event, as of any document. */
const largestEvent = 16 * 1024 * 1024;
/** Room in each piece for its token and its number. */
const room = 1024;

/** An event, or a part of one that was too large. */
export interface Piece {
  readonly bytes: Buffer;
  readonly fragment?: number;
}

/** Refuses what is too large to send. Errors: 10334. */
export function checkedEvent(event: Buffer): Buffer {
  if (event.length <= largestEvent) return event;
  const hex = event.length.toString(16).toUpperCase();
  throw fail('BSONObjectTooLarge', `BSONObj size: ${event.length} (0x${hex}) is invalid. Size must be between 0 and 16793600(16MB)`);
}

/**
 * Splits an event that is too large into pieces, each with a part of the fields, the smallest first (`$changeStreamSplitLargeEvent`).
 * Goes on behind the piece that `point` names, if it names one. Errors: 280, 7182500.
 */
export function splitEvent(event: Document, point: ResumePoint, limit = largestEvent): Piece[] {
  const whole = encode(event);
  const seen = point.fragment === undefined ? 0 : point.fragment + 1;
  if (whole.length <= limit) {
    if (seen === 0) return [{ bytes: whole }];
    throw fatal('Attempted to resume from a split event fragment, but the event in the resumed stream was not large enough to be split');
  }
  const parts = portions(event, limit - room);
  if (seen > parts.length)
    throw fatal(
      'Attempted to resume from a split event, but the resumed stream produced a different split. Ensure that the pipeline used to resume is the same as the original',
    );
  return parts
    .map((fields, fragment) => {
      const head = { _id: tokenOf({ ...point, fragment }), splitEvent: { fragment: fragment + 1, of: parts.length } };
      return { bytes: encode({ ...head, ...fields }), fragment };
    })
    .slice(seen);
}

function portions(event: Document, limit: number): Document[] {
  const { _id, ...fields } = event;
  const sized = Object.entries(fields)
    .map(([name, value]) => ({ name, value, size: encode({ [name]: value }).length - 5 }))
    .sort((a, b) => a.size - b.size || (a.name < b.name ? -1 : 1));
  const parts: Document[] = [];
  let left = 0;
  for (const { name, value, size } of sized) {
    if (size > limit)
      throw failAt(7182500, `Splitting change event failed: fragment size ${size} is greater than maximum allowed fragment size ${limit}`);
    if (size > left || parts.length === 0) {
      parts.push({});
      left = limit;
    }
    parts.at(-1)![name] = value;
    left -= size;
  }
  return parts;
}

function fatal(message: string): Error {
  return fail('ChangeStreamFatalError', message);
}

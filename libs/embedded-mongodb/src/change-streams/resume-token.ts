import type { Document } from '../bson/codec';
import { show } from '../bson/show';
import { fail, failAt } from '../errors';
import { placeLength, type Place } from '../storage/place';

/** How far a stream has got. */
export interface ResumePoint {
  readonly place: Place;
  /** `time`: before the first event at that time; `event`: behind the event at that place; `invalidate`: behind the notice that followed it. */
  readonly kind: 'time' | 'event' | 'invalidate';
  /** The collection that the event was about, so that a token of another data folder is not taken for one of this. */
  readonly uuid?: Buffer;
  /** Which piece of a large event was the last; the first is 0. */
  readonly fragment?: number;
}

const kinds = ['time', 'event', 'invalidate'] as const;
/** MongoDB's tokens begin with this byte too: its key strings' mark of a timestamp. */
const mark = 0x82;
const kindAt = 1 + placeLength;
const uuidAt = kindAt + 1;
const fragmentAt = uuidAt + 16;

/** The token that clients keep. Comparing two as text is comparing how far they are. */
export function tokenOf({ place, kind, uuid, fragment }: ResumePoint): { readonly _data: string } {
  const bytes = Buffer.alloc(kind === 'time' ? uuidAt : fragment === undefined ? fragmentAt : fragmentAt + 2);
  bytes[0] = mark;
  place.copy(bytes, 1);
  bytes[kindAt] = kinds.indexOf(kind);
  if (kind !== 'time') uuid?.copy(bytes, uuidAt);
  if (fragment !== undefined) bytes.writeUInt16BE(fragment, fragmentAt);
  return { _data: bytes.toString('hex').toUpperCase() };
}

/** Reads a client's token. Errors: 40647, 9, 260. */
export function readToken(token: Document): ResumePoint {
  const { _data: data } = token;
  if (typeof data !== 'string')
    throw failAt(40647, `Bad resume token: _data of missing or of wrong type. Expected string, got ${show(token)}`);
  if (!/^([0-9a-f]{2})*$/i.test(data)) throw fail('FailedToParse', 'resume token string was not a valid hex string');
  const bytes = Buffer.from(data, 'hex');
  const kind = kinds[bytes[kindAt] ?? -1];
  const lengths = kind === 'time' ? [uuidAt] : kind === 'event' ? [fragmentAt, fragmentAt + 2] : [fragmentAt];
  if (bytes[0] !== mark || kind === undefined || !lengths.includes(bytes.length))
    throw fail('InvalidResumeToken', `Invalid resume token: ${data}`);
  return {
    place: bytes.subarray(1, kindAt),
    kind,
    uuid: kind === 'time' ? undefined : bytes.subarray(uuidAt, fragmentAt),
    fragment: bytes.length > fragmentAt ? bytes.readUInt16BE(fragmentAt) : undefined,
  };
}

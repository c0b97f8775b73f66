import type { Timestamp } from 'bson';
import { timestamp } from './clock';

/** A place in the oplog, 12 bytes whose order is the order of events: seconds, counter, and the number of the event in its transaction. */
export type Place = Buffer;

export const placeLength = 12;
export const firstPlace: Place = Buffer.alloc(placeLength);
export const lastPlace: Place = Buffer.alloc(placeLength, 0xff);

export function writePlace(place: Buffer, seconds: number, counter: number, index: number): void {
  place.writeUInt32BE(seconds, 0);
  place.writeUInt32BE(counter, 4);
  place.writeUInt32BE(index, 8);
}

/** Where the first event of a time is, or would be. */
export function placeOfTime({ t, i }: Timestamp): Place {
  const place = Buffer.allocUnsafe(placeLength);
  writePlace(place, t, i, 0);
  return place;
}

/** Behind the last event of a time. */
export function placeAfterTime(time: Timestamp): Place {
  const place = placeOfTime(time);
  place.writeUInt32BE(0xffffffff, 8);
  return place;
}

export function timeOf(place: Place): Timestamp {
  return timestamp(place.readUInt32BE(0), place.readUInt32BE(4));
}

/** The place directly behind another. */
export function placeAfter(place: Place): Place {
  const next = Buffer.from(place);
  next.writeUInt32BE(place.readUInt32BE(8) + 1, 8);
  return next;
}

import { deserialize, serialize } from 'bson';

export type Document = Record<string, unknown>;

/*
 * How BSON values look in memory, chosen so that the common ones cost nothing and `encode(decode(x))` is x:
 *
 *   int32               number
 *   double              number; but `Double` when its value is an integer in int32 range (or it would come back as int32)
 *   int64               bigint (JavaScript compares bigint and number exactly)
 *   decimal128          Decimal128
 *   string, bool, null  string, boolean, null
 *   object, array       plain object (fields in order), array; `{ $ref, $id }` stays a plain object
 *   date, ObjectId      Date, ObjectId
 *   binary, regex       Binary, BSONRegExp
 *   timestamp           Timestamp
 *   code, symbol        Code, BSONSymbol
 *   minKey, maxKey      MinKey, MaxKey
 *   undefined, dbPointer (deprecated)  LegacyValue, carried as it came
 *
 * A missing field is `undefined`, which therefore never stands for a value; `encode` leaves such fields out.
 * Known limit: fields named like array indexes ("12") move to the front, as in every JavaScript object.
 */

/** Decodes one document; everything is copied, so the bytes may be reused afterwards. */
export function decode(bytes: Uint8Array): Document {
  return deserialize(bytes, { promoteValues: false, bsonRegExp: true, promoteBuffers: false }) as Document;
}

/** Encodes one document; a plain number that is an integer in int32 range becomes int32, any other a double, a bigint an int64. */
export function encode(document: Document): Uint8Array {
  return serialize(document as never);
}

/**
 * Decodes only the named top-level fields (and whatever lies below them), in the order they are stored.
 * `compileFilter(filter)` answers the same on this partial document as on the whole, if `fields` holds the filter's `rootFields(filter)`.
 */
export function decodeFields(bytes: Uint8Array, fields: ReadonlySet<string>): Document {
  const whole = decode(bytes);
  return Object.fromEntries(Object.entries(whole).filter(([name]) => fields.has(name)));
}

/** The value at a dotted path through embedded documents (never through arrays), or undefined; skips over the rest without decoding. */
export function readField(bytes: Uint8Array, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Document | undefined)?.[name], decode(bytes));
}

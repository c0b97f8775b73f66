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
export { decode, decodeFields, readField } from './decoder';
export { encode } from './encoder';
export type { Document } from './document';

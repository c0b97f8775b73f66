import { fail } from '../errors';
import { MAX_DEPTH } from './depth';
import { BsonReader } from './reader';
import { bsonTypes } from './types';

/** Walks through a document that is to be stored as it came, so that nothing is stored that could not be read. Errors: 22 InvalidBSON, 15. */
export function validateBson(bytes: Uint8Array): void {
  new BsonValidator(bytes).whole();
}

class BsonValidator extends BsonReader {
  private depth = 0;

  whole(): void {
    this.container();
    if (this.at !== this.bytes.length) throw fail('InvalidBSON', 'BSON document does not fill its bytes');
  }

  private container(): void {
    const start = this.at;
    const end = start + this.peekSize(5);
    if (end > this.bytes.length) throw fail('InvalidBSON', `BSON size at ${start} does not fit its bytes`);
    if (++this.depth > MAX_DEPTH) throw fail('Overflow', `BSONObj exceeded maximum nested object depth: ${MAX_DEPTH}`);
    this.at += 4;
    while (this.at < end - 1) {
      const type = this.bytes[this.at++]!;
      this.name();
      this.value(type);
    }
    this.depth--;
    if (this.at !== end - 1 || this.bytes[this.at] !== 0) throw fail('InvalidBSON', `BSON document does not end at ${end}`);
    this.at = end;
  }

  private value(type: number): void {
    switch (type) {
      case bsonTypes.object:
      case bsonTypes.array:
        return this.container();
      case bsonTypes.string:
      case bsonTypes.javascript:
      case bsonTypes.symbol:
        this.string();
        return;
      case bsonTypes.bool:
        this.bool();
        return;
      case bsonTypes.javascriptWithScope:
        return this.codeWithScope();
      default:
        return this.skip(type);
    }
  }

  private codeWithScope(): void {
    const end = this.at + this.peekSize(14);
    this.at += 4;
    this.string();
    this.container();
    if (this.at !== end) throw fail('InvalidBSON', 'BSON code with scope does not end where it says');
  }
}

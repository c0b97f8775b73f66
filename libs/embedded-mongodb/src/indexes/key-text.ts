import { ObjectId } from 'bson';
import { show } from '../bson/show';
import { typeByte } from './key-string';

/** One end of a stretch of keys. */
interface End {
  readonly text: string;
  readonly inclusive: boolean;
}

/** Says a stretch of one field's encoded values as `explain` does: `[3, 3]`, `("a", {})`, `[new Date(5), new Date(9)]`. */
export function stretchText(
  { start, end, point }: { start: Buffer; end: Buffer; point: boolean },
  descending: boolean,
  reverse: boolean,
): string {
  const from = new PartReader(start, descending).end('from');
  const to = point ? from : new PartReader(end, descending).end('to');
  const [left, right] = reverse ? [to, from] : [from, to];
  return `${left.inclusive ? '[' : '('}${left.text}, ${right.text}${right.inclusive ? ']' : ')'}`;
}

/** A field that nothing limits. */
export function anyValueText(backwards: boolean): string {
  return backwards ? '[MaxKey, MinKey]' : '[MinKey, MaxKey]';
}

/** Lowest and highest of each kind that ranges are made of, and what else bounds are called by. */
const kinds: Readonly<Record<number, { name: string; low: End; high: End }>> = {
  [typeByte.number]: kind('number', '-inf.0', 'inf.0'),
  [typeByte.string]: { name: 'string', low: { text: '""', inclusive: true }, high: { text: '{}', inclusive: false } },
  [typeByte.bool]: kind('bool', 'false', 'true'),
  [typeByte.date]: kind('date', 'new Date(-9223372036854775808)', 'new Date(9223372036854775807)'),
  [typeByte.objectId]: kind('objectId', "ObjectId('000000000000000000000000')", "ObjectId('ffffffffffffffffffffffff')"),
  [typeByte.timestamp]: kind('timestamp', 'Timestamp(0, 0)', 'Timestamp(4294967295, 4294967295)'),
  [typeByte.regex]: kind('regex', '/^.*/', '/^.*/'),
  [typeByte.null]: kind('null', 'null', 'null'),
  [typeByte.undefined]: kind('undefined', 'undefined', 'undefined'),
  [typeByte.minKey]: kind('minKey', 'MinKey', 'MinKey'),
  [typeByte.maxKey]: kind('maxKey', 'MaxKey', 'MaxKey'),
  [typeByte.object]: kind('object', '{ object }', '{ object }'),
  [typeByte.array]: kind('array', '[ array ]', '[ array ]'),
};

function kind(name: string, low: string, high: string): { name: string; low: End; high: End } {
  return { name, low: { text: low, inclusive: true }, high: { text: high, inclusive: true } };
}

/** The first text behind all that begin with this one. */
function successor(shown: string): string {
  const inside = shown.slice(1, -1);
  return `"${inside.slice(0, -1)}${String.fromCharCode(inside.charCodeAt(inside.length - 1) + 1)}"`;
}

/** Reads one encoded value back, as far as people want to see it. */
class PartReader {
  private at = 0;
  /** What has been read is the beginning of a text, not a whole one. */
  private open = false;

  constructor(
    private readonly part: Buffer,
    private readonly descending: boolean,
  ) {}

  end(side: 'from' | 'to'): End {
    const type = this.byte();
    const known = kinds[type];
    if (!known) return { text: '{ value }', inclusive: true };
    const edge = this.at === this.part.length || this.rest().every((byte) => byte === 0xff);
    if (edge && type !== typeByte.null) return (side === 'from') === this.descending ? known.high : known.low;
    const value = this.value(type);
    // What lies behind a value begins after it, and ends with it.
    const behind = this.part[this.at] === 0xff;
    if (this.open && behind) return { text: successor(value!), inclusive: false };
    return { text: value ?? known.low.text, inclusive: behind === (side === 'to') };
  }

  private value(type: number): string | undefined {
    switch (type) {
      case typeByte.number:
        return this.number();
      case typeByte.string:
        return show(this.text());
      case typeByte.bool:
        return String(this.byte() !== 0);
      case typeByte.date:
        return `new Date(${this.double()})`;
      case typeByte.objectId:
        return show(new ObjectId(this.take(12)));
      case typeByte.timestamp:
        return `Timestamp(${this.take(4).readUInt32BE()}, ${this.take(4).readUInt32BE()})`;
      case typeByte.regex:
        return `/${this.text()}/`;
      default:
        return undefined;
    }
  }

  private number(): string {
    const nearest = this.double();
    const rest = this.byte();
    if (rest === 0x80) return show(nearest);
    const more = this.double();
    return String(BigInt(nearest) + BigInt(Math.round(more)));
  }

  private double(): number {
    const bytes = this.take(8);
    if (bytes.every((byte) => byte === 0)) return NaN;
    if (bytes[0]! & 0x80) bytes[0]! &= 0x7f;
    else for (let i = 0; i < 8; i++) bytes[i] = ~bytes[i]! & 0xff;
    return bytes.readDoubleBE();
  }

  /** Up to its closing zero; the beginning of a text has none. */
  private text(): string {
    const bytes: number[] = [];
    while (this.at < this.part.length && this.part[this.at] !== 0xff) {
      const byte = this.byte();
      if (byte === 0) return Buffer.from(bytes).toString('utf8');
      bytes.push(byte);
    }
    // Where a descending field closes with the same byte as a range does, one of them is the text's own.
    if (this.descending && this.part[this.at] === 0xff) this.at++;
    else this.open = true;
    return Buffer.from(bytes).toString('utf8');
  }

  private rest(): Buffer {
    return this.part.subarray(this.at);
  }

  private byte(): number {
    const byte = this.part[this.at++] ?? 0;
    return this.descending ? ~byte & 0xff : byte;
  }

  private take(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.byte()));
  }
}

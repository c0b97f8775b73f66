import type { Document } from '../bson/codec';
import { compileFilter, rootFields, type Predicate } from '../query/matcher';
import { parseCollation, type Collation } from '../values/collation';
import type { TextSettings } from '../text/text-fields';
import { folded } from './folded';
import { scoreField, textPaths, textSettingsOf } from './text-index';
import { encodeKey, encodeValue } from './key-string';

/** An index as it is stored and listed. */
export interface IndexSpec {
  readonly name: string;
  /** Field paths in order; 1 ascending, -1 descending, `text` for the words of a text index. */
  readonly key: Record<string, number | string>;
  readonly unique?: boolean;
  readonly sparse?: boolean;
  readonly hidden?: boolean;
  readonly partialFilterExpression?: Document;
  readonly expireAfterSeconds?: number;
  /** The whole document; absent for plain byte order. */
  readonly collation?: Document;
  /** Of a text index. */
  readonly weights?: Record<string, number>;
  readonly default_language?: string;
  readonly language_override?: string;
  readonly textIndexVersion?: number;
}

/** An index as clients see it. */
export function listedSpec({ name, key, ...options }: IndexSpec): Document {
  return { v: 2, key, name, ...options };
}

/** An index at work: its specification, prepared, and what is known about its contents. */
export class Index {
  readonly fields: readonly string[];
  readonly descending: readonly boolean[];
  /** The top-level fields that decide about a document's keys; undefined: any. */
  readonly roots: ReadonlySet<string> | undefined;
  /** Prepended to every key in the shared key space. */
  readonly prefix: Buffer;
  readonly covers: Predicate | undefined;
  /** By which text is equal here. Keys then tell equality of text, but not its order. */
  readonly collation: Collation | undefined;
  /** What a text index holds; undefined for any other. */
  readonly text: TextSettings | undefined;
  /** What the catalogue on disk says of `multikey` and `hasCutKeys`. A transaction that is not committed yet may be ahead of it. */
  stored = { multikey: 0, cut: false };

  constructor(
    readonly id: number,
    readonly spec: IndexSpec,
    /** Bit i: field i has held an array. Only ever grows. */
    public multikey = 0,
    /** Some key was too long and was cut: the index no longer tells the order. */
    public hasCutKeys = false,
    /** The commit in which it was built; older snapshots do not see its keys. */
    readonly since = 0,
  ) {
    this.text = textSettingsOf(spec);
    this.fields = Object.keys(spec.key).filter((field) => field !== scoreField || spec.unique);
    this.descending = this.fields.map((field) => Number(spec.key[field]) < 0);
    this.prefix = Buffer.alloc(4);
    this.prefix.writeUInt32BE(id);
    const partial = spec.partialFilterExpression;
    this.collation = parseCollation(spec.collation);
    this.covers = partial && compileFilter(partial, { collation: this.collation });
    this.roots = rootsOf(this.text ? textPaths(this.fields, this.text) : this.fields, partial);
  }

  /** Whether keys are unique and therefore stored with the record as their value. */
  get unique(): boolean {
    return this.spec.unique === true || this.isPrimary;
  }

  get isPrimary(): boolean {
    return this.spec.name === '_id_';
  }

  /** The whole key of a tuple of values, one for each field. */
  key(values: readonly unknown[]): Buffer {
    const { collation } = this;
    return encodeKey(this.prefix, collation ? values.map((value) => folded(value, collation)) : values, this.descending);
  }

  /** What stands in the key for one field's value. */
  part(position: number, value: unknown): Buffer {
    return encodeValue(this.collation ? folded(value, this.collation) : value, this.descending[position]);
  }
}

function rootsOf(fields: readonly string[] | undefined, partial: Document | undefined): ReadonlySet<string> | undefined {
  if (!fields) return undefined;
  const roots = new Set(fields.map((field) => field.split('.', 1)[0]!));
  if (!partial) return roots;
  const more = rootFields(partial);
  if (!more) return undefined;
  for (const root of more) roots.add(root);
  return roots;
}

import { isId } from '@cartwright/kernel';
import { trusted, Types, type ClientSession, type Model, type mongo } from 'mongoose';
import { wrongCursor, type Place, type Slice } from '../http/paging';
import { fromStored } from './plain';

/** What the values of a sort key are. A number may be missing, which comes before all numbers. */
type KeyKind = 'id' | 'instant' | 'number' | 'text';

type Filter = Record<string, unknown>;

/** What is true of the rows behind a place; `from` says so of the first key alone, which an index can begin with. */
interface Beyond {
  readonly rows: Filter;
  readonly from: Filter;
}

/** So many rows of a list are counted, at most: counting costs more the more there are, and a page is to cost what it shows. */
const mostCounted = 100_000;

/** Some rows of a list, how many there are in all, and where it goes on, if it does. */
export interface Listed<Row> {
  readonly rows: Row[];
  /** {@link mostCounted} may stand for more. */
  readonly total: number;
  readonly next?: Place;
}

/** How the rows of a list are read, where not all of them, outside of transactions. */
export interface ListReading<Row> {
  readonly session?: ClientSession | null;
  readonly projection?: Readonly<Record<string, 0 | 1>>;
  /** How texts are compared, where not character by character. */
  readonly collation?: mongo.CollationOptions;
  /** What a row is, as it was stored. */
  readonly read?: (stored: unknown) => Row;
}

/**
 * The total order of a list, and how it goes on behind a given row: by that row's values of the sort keys, so that what is added or taken away in between
 * neither hides a row nor shows one twice, and so that the hundredth page costs what the first one does.
 */
export class ListOrder {
  /** All keys go one way; together they must be different for each row. `_id` is a row's `id`. */
  constructor(
    private readonly direction: 1 | -1,
    private readonly keys: Readonly<Record<string, KeyKind>>,
  ) {}

  get sort(): Record<string, 1 | -1> {
    return Object.fromEntries(Object.keys(this.keys).map((key) => [key, this.direction]));
  }

  /** The part of the list that was asked for. Refuses a cursor of another list's as `invalid_input`. */
  part({ limit, skip, after }: Slice): ListPart {
    return new ListPart(this, { limit, skip, beyond: after && this.beyond(this.valuesIn(after)) });
  }

  /** The part that was asked for of what the filter finds in a collection, and how many it finds: {@link mostCounted} at most. */
  async list<Row extends object>(
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- its rows become what the caller says
    model: Model<any>,
    filter: Filter,
    slice: Slice,
    reading: ListReading<Row> = {},
  ): Promise<Listed<Row>> {
    const { session = null, projection, collation, read: rowOf = (stored) => fromStored(stored) as Row } = reading;
    const part = this.part(slice);
    const { sort, skip, limit } = part;
    const found: unknown[] = await model.find(part.of(filter), projection, { sort, skip, limit, collation }).session(session).lean();
    const total = await model.countDocuments(filter, { limit: mostCounted, collation }).session(session);
    return part.listed(found.map(rowOf), total);
  }

  /** The place behind a row. */
  placeOf(row: object): Place {
    const values = Object.keys(this.keys).map((key) => {
      const value = (row as Filter)[key === '_id' ? 'id' : key] ?? null;
      return value instanceof Date ? value.getTime() : (value as string | number | null);
    });
    return { list: this.name, values };
  }

  private get name(): string {
    return `${this.direction} ${Object.keys(this.keys).join(' ')}`;
  }

  private valuesIn({ list, values }: Place): unknown[] {
    const kinds = Object.values(this.keys);
    if (list !== this.name || values.length !== kinds.length) throw wrongCursor();
    return values.map((value, index) => read(value, kinds[index]!));
  }

  /** What is true of the rows behind one with these values: the first key is beyond, or it is the same and the second is beyond, and so on. */
  private beyond(values: readonly unknown[]): Beyond {
    const keys = Object.keys(this.keys);
    const same = (count: number): Filter => Object.fromEntries(keys.slice(0, count).map((key, index) => [key, values[index]]));
    const ways = keys.flatMap((key, index) => this.beyondOne(key, values[index]).map((way) => ({ ...same(index), ...way })));
    if (ways.length === 1) return { rows: ways[0]!, from: {} };
    const [first, [value]] = [keys[0]!, values];
    const from = this.mayBeMissing(first) ? {} : { [first]: trusted({ [this.direction === 1 ? '$gte' : '$lte']: value }) };
    return { rows: { $or: ways }, from };
  }

  private beyondOne(key: string, value: unknown): Filter[] {
    if (this.direction === 1) return [{ [key]: trusted(value === null ? { $ne: null } : { $gt: value }) }];
    if (value === null) return [];
    return [{ [key]: trusted({ $lt: value }) }, ...(this.mayBeMissing(key) ? [{ [key]: null }] : [])];
  }

  private mayBeMissing(key: string): boolean {
    return this.keys[key] === 'number';
  }
}

/** One request's part of a list: what to ask the database for, and what that makes. */
export class ListPart {
  readonly skip: number;
  /** One more than is shown: whether it comes says whether the list goes on. */
  readonly limit: number;
  readonly sort: Record<string, 1 | -1>;
  private readonly beyond?: Beyond;

  constructor(
    private readonly order: ListOrder,
    { limit, skip, beyond }: { readonly limit: number; readonly skip: number; readonly beyond?: Beyond },
  ) {
    this.skip = skip;
    this.limit = limit + 1;
    this.sort = order.sort;
    this.beyond = beyond;
  }

  /**
   * The filter for the rows of this part among those that `where` finds. The database is to begin where the part does, in the index of the order; or, where
   * that would be one row after the other until some fit, in an index that `where` has.
   */
  of(where: Filter, begin: 'order' | 'filter' = 'order'): Filter {
    if (!this.beyond) return where;
    const { rows, from } = this.beyond;
    return { $and: [where, begin === 'order' ? { ...from, ...rows } : rows] };
  }

  /** What was found by {@link of}, {@link sort}, {@link skip} and {@link limit}, as a part of all that `where` finds. */
  listed<Row extends object>(found: readonly Row[], total: number): Listed<Row> {
    const rows = found.slice(0, this.limit - 1);
    return { rows, total, ...(found.length > rows.length && { next: this.order.placeOf(rows.at(-1)!) }) };
  }
}

function read(value: string | number | null, kind: KeyKind): unknown {
  if (kind === 'id' && typeof value === 'string' && isId(value)) return new Types.ObjectId(value);
  if (kind === 'text' && typeof value === 'string') return value;
  if (kind === 'number' && typeof value !== 'string') return value;
  if (kind === 'instant' && typeof value === 'number' && !Number.isNaN(new Date(value).getTime())) return new Date(value);
  throw wrongCursor();
}

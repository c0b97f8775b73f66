import { applyDecorators, type Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Text, Whole } from './fields';
import { InvalidInput } from './problem';

/** The paging part of every list's query. */
export class PageQuery {
  @Whole({ min: 1, max: 100, optional: true, default: 20, description: 'How many to answer with.' })
  limit?: number;

  @Whole({ min: 1, max: 100_000, optional: true, description: 'Which page, from 1. Not together with cursor.' })
  page?: number;

  @Text({ max: 500, optional: true, description: 'Where to go on: `nextCursor` of the answer before. Not together with page.' })
  cursor?: string;
}

/** Where a list stands. */
export class Pagination {
  @Whole({ description: 'The limit that was used.' })
  limit!: number;
  @Whole({ description: 'How many there are in all; 100000 stands for so many and more where counting on would take long.' })
  total!: number;
  @Whole({ optional: true, description: 'The page this is, when asked for by page.' })
  page?: number;
  @Text({ optional: true, description: 'Give it as `cursor` to get what follows; absent at the end.' })
  nextCursor?: string;
}

export interface Page<T> {
  readonly data: T[];
  readonly pagination: Pagination;
}

/** The class of a list's answer, for the API document: `{ data: [item], pagination }`. */
export function pageOf<T extends object>(item: Type<T>): Type<Page<T>> {
  class PageDto {
    data!: T[];
    pagination!: Pagination;
  }
  applyDecorators(ApiProperty({ type: [item] }))(PageDto.prototype, 'data');
  applyDecorators(ApiProperty({ type: () => Pagination }))(PageDto.prototype, 'pagination');
  Object.defineProperty(PageDto, 'name', { value: `PageOf${item.name}` });
  return PageDto;
}

/** A place in a list: behind the row whose sort keys have these values (instants in ms). */
export interface Place {
  /** Which order the values belong to. */
  readonly list: string;
  readonly values: readonly (string | number | null)[];
}

/** A list request: how many, and from where on. */
export interface Slice {
  readonly limit: number;
  /** How many to leave out from there on. */
  readonly skip: number;
  /** The place that a cursor names; the beginning, when there is none. */
  readonly after?: Place;
  readonly page?: number;
}

/** Lists that are read as a whole, and those whose rows are numbered without gaps, go on by number. */
const byNumber = 'number';

/** What a list's query asks for. Refuses `page` beside `cursor`, and a cursor that is none. */
export function sliceOf(query: PageQuery): Slice {
  const limit = query.limit ?? 20;
  if (query.page !== undefined && query.cursor !== undefined) {
    throw new InvalidInput({ errors: [{ path: 'cursor', code: 'conflicting', message: 'Give page or cursor, not both.' }] });
  }
  if (query.cursor !== undefined) return { limit, skip: 0, after: placeIn(query.cursor) };
  const page = query.page ?? 1;
  return { limit, skip: (page - 1) * limit, page };
}

/** A list's answer, each row shown. `next` is where it goes on. */
export function pageFrom<Row, Shown>(
  { rows, total, next }: { readonly rows: readonly Row[]; readonly total: number; readonly next?: Place },
  slice: Slice,
  show: (row: Row) => Shown,
): Page<Shown> {
  return { data: rows.map(show), pagination: paginationOf({ total, next }, slice) };
}

export function paginationOf({ total, next }: { readonly total: number; readonly next?: Place }, { limit, page }: Slice): Pagination {
  return {
    limit,
    total,
    ...(page !== undefined && { page }),
    ...(next && { nextCursor: Buffer.from(JSON.stringify([next.list, ...next.values])).toString('base64url') }),
  };
}

/** How many rows come before the slice, in a list that goes on by number. */
export function startOf({ skip, after }: Slice): number {
  if (!after) return skip;
  const [start] = after.values;
  if (after.list !== byNumber || after.values.length !== 1 || !Number.isSafeInteger(start) || Number(start) < 0) throw wrongCursor();
  return Number(start);
}

/** Where a list that goes on by number does so, if it does. */
export function placeAfter(end: number, total: number): Place | undefined {
  return end < total ? { list: byNumber, values: [end] } : undefined;
}

/** The slice of a list that is there as a whole, each row shown. */
export function pageOfAll<Row, Shown>(all: readonly Row[], slice: Slice, show: (row: Row) => Shown): Page<Shown> {
  const start = startOf(slice);
  const rows = all.slice(start, start + slice.limit);
  return pageFrom({ rows, total: all.length, next: placeAfter(start + rows.length, all.length) }, slice, show);
}

export function wrongCursor(): Error {
  return new InvalidInput({ errors: [{ path: 'cursor', code: 'bad_cursor', message: 'cursor is not one that this list gave.' }] });
}

function placeIn(cursor: string): Place {
  const [list, ...values] = partsOf(cursor);
  if (typeof list !== 'string' || !values.every(isValue)) throw wrongCursor();
  return { list, values };
}

function partsOf(cursor: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}

function isValue(value: unknown): value is string | number | null {
  return value === null || typeof value === 'string' || typeof value === 'number';
}

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
  @Whole({ description: 'How many there are in all.' })
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

/** A list request in numbers: how many, and how many to leave out. A cursor is an opaque offset here. */
export interface Slice {
  readonly limit: number;
  readonly skip: number;
  readonly page?: number;
}

export function sliceOf(query: PageQuery): Slice {
  const limit = query.limit ?? 20;
  if (query.page !== undefined && query.cursor !== undefined) {
    throw new InvalidInput({ errors: [{ path: 'cursor', code: 'conflicting', message: 'Give page or cursor, not both.' }] });
  }
  if (query.cursor !== undefined) return { limit, skip: offsetOf(query.cursor) };
  const page = query.page ?? 1;
  return { limit, skip: (page - 1) * limit, page };
}

export function pageFrom<T>(data: T[], total: number, slice: Slice): Page<T> {
  const end = slice.skip + data.length;
  const pagination: Pagination = { limit: slice.limit, total };
  if (slice.page !== undefined) pagination.page = slice.page;
  if (data.length > 0 && end < total) pagination.nextCursor = Buffer.from(`o${end}`).toString('base64url');
  return { data, pagination };
}

function offsetOf(cursor: string): number {
  const [, digits] = /^o(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (!digits)
    throw new InvalidInput({ errors: [{ path: 'cursor', code: 'bad_cursor', message: 'cursor is not one that this server gave.' }] });
  return Number(digits);
}

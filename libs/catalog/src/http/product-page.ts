import { pageFrom, type Slice } from '@cartwright/platform';
import type { ShownProduct } from '../model/product';
import { ProductDto } from './product.dto';

/** The type that the text below is sent as. */
export const json = ['Content-Type', 'application/json; charset=utf-8'] as const;

const texts = new WeakMap<readonly ShownProduct[], string>();

/**
 * A page of products as the JSON text to send. Turning twenty products into text costs more than everything else about the answer, so rows that
 * several answers share are turned once.
 */
export function productPage({ rows, total }: { rows: readonly ShownProduct[]; total: number }, slice: Slice): string {
  const { pagination } = pageFrom([...rows], total, slice);
  let data = texts.get(rows);
  if (data === undefined) texts.set(rows, (data = JSON.stringify(rows.map(ProductDto.of))));
  return `{"data":${data},"pagination":${JSON.stringify(pagination)}}`;
}

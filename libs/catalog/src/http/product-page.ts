import type { QueryBus } from '@nestjs/cqrs';
import { paginationOf, sparse, tagged, type Listed, type Slice } from '@cartwright/platform';
import type { CategoryReference } from '../model/category';
import type { ShownProduct } from '../model/product';
import type { Facets, ProductFilter } from '../model/product-query';
import { GetFacets } from '../usecases/get-facets';
import { GetAncestors } from '../usecases/get-categories';
import { facetsIn, type ProductListQuery } from './product-query.dto';
import { ProductDto } from './product.dto';

/** The type that the text below is sent as. */
export const json = ['Content-Type', 'application/json; charset=utf-8'] as const;

/** Lists are the same for everybody, and may lag a little: caches on the way may answer for so long. Seconds. */
export const cachedBriefly = ['Cache-Control', 'public, max-age=5, stale-while-revalidate=30'] as const;

/** How much is shown of products: all fields but those that were not asked for, and perhaps what stands above their categories. */
export interface ProductView {
  readonly fields?: readonly string[];
  /** By the id of a category. */
  readonly ancestors?: Readonly<Record<string, readonly CategoryReference[]>>;
}

/** What a request wants to see of some products. */
export async function viewOf(
  queries: QueryBus,
  { fields, expand }: { readonly fields?: readonly string[]; readonly expand?: readonly string[] },
  products: readonly Pick<ShownProduct, 'category'>[],
): Promise<ProductView> {
  if (!expand?.includes('category')) return { fields };
  return { fields, ancestors: await queries.execute(new GetAncestors({ ids: products.map(({ category }) => category.id) })) };
}

/** The facets that a request names; `undefined` when it names none. */
export async function facetsBeside(queries: QueryBus, query: ProductListQuery, filter: ProductFilter): Promise<Facets | undefined> {
  const names = facetsIn(query);
  return names.length === 0 ? undefined : queries.execute(new GetFacets({ filter, names }));
}

const texts = new WeakMap<readonly ShownProduct[], string>();

/**
 * A page of products as the JSON text to send. Turning twenty products into text costs more than everything else about the answer, so rows that
 * several answers share are turned once.
 */
export function productPage({ rows, ...list }: Listed<ShownProduct>, slice: Slice, view: ProductView, facets?: Facets): string {
  const data = view.fields || view.ancestors ? JSON.stringify(rows.map((row) => viewed(row, view))) : textOf(rows);
  const beside = facets ? `,"facets":${JSON.stringify(facets)}` : '';
  return `{"data":${data},"pagination":${JSON.stringify(paginationOf(list, slice))}${beside}}`;
}

function textOf(rows: readonly ShownProduct[]): string {
  let text = texts.get(rows);
  if (text === undefined) texts.set(rows, (text = JSON.stringify(rows.map(ProductDto.of))));
  return text;
}

/** A product's answer with its `ETag`: of its edits, and of the stock that each of its variants shows. */
export function taggedProduct(dto: ProductDto, { revision, variants }: Pick<ShownProduct, 'revision' | 'variants'>): ProductDto {
  const stockRevision = variants.reduce((sum, variant) => sum + variant.stockRevision, 0);
  return tagged(dto, revision, stockRevision);
}

export function viewed(product: ShownProduct, { fields, ancestors }: ProductView): ProductDto {
  const dto = ProductDto.of(product);
  const above = ancestors?.[product.category.id];
  if (above) dto.category.ancestors = above.map(({ id, name, slug }) => ({ id, name, slug }));
  return sparse(dto, fields);
}

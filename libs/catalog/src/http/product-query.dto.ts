import { Amount, FieldsOf, Flag, Id, OneOf, PageQuery, Text, TextMap, Texts, type Slice } from '@cartwright/platform';
import {
  backOfficeSorts,
  facetNames,
  productSorts,
  type BackOfficeFilter,
  type BackOfficeSort,
  type FacetName,
  type ProductFilter,
  type ProductSort,
} from '../model/product-query';
import type { ListProducts } from '../usecases/list-products';
import { ProductDto } from './product.dto';

const categoryWish = { max: 100, optional: true, description: 'Id or slug; products of its descendants are included.' };
const expandable = { values: ['category'], optional: true, description: '`category`: with the categories above it.' };

/** How any list of products is narrowed. */
class NarrowedQuery extends PageQuery {
  @Text({
    max: 200,
    optional: true,
    description: 'Words; each must begin a word of the name, brand, category or SKU.',
    example: 'stone mug',
  })
  q?: string;
  @Text({ max: 200, optional: true, description: 'Brand, whatever its case.' })
  brand?: string;
  @Id({ optional: true, description: 'Id of a vendor.' })
  vendor?: string;
  @Amount({ optional: true, description: 'In minor units. With maxPrice, inStock and options, one variant must fulfil all of them.' })
  minPrice?: number;
  @Amount({ optional: true })
  maxPrice?: number;
  @Flag({ optional: true, description: 'true: with something to buy now; false: with nothing.' })
  inStock?: boolean;
  @TextMap({ max: 10, optional: true, description: 'Values of options, such as `options[Size]=M`, whatever their case.' })
  options?: Record<string, string>;
  @FieldsOf(ProductDto)
  fields?: string[];
  @Texts(expandable)
  expand?: string[];
}

/** How a list of products on sale is narrowed and ordered. */
export class ProductListQuery extends NarrowedQuery {
  @Texts({
    values: facetNames,
    optional: true,
    description:
      'How many products there are of each value, beside the list: of each brand, category (with those below it), currency (with its range of prices) and option. All filters narrow a facet but its own, ' +
      'so that the others of a chosen brand are still counted. At most 100 values each, the most frequent first.',
  })
  facets?: string[];
  @OneOf(productSorts, {
    optional: true,
    default: '-createdAt',
    description:
      '`relevance`, with `q`: what has the words in its name first, then in its brand, then in its category or SKUs, of equals the newest; without `q` newest first.',
  })
  sort?: string;
}

/** How much is shown of a product. */
export class ProductViewQuery {
  @FieldsOf(ProductDto)
  fields?: string[];
  @Texts(expandable)
  expand?: string[];
}

export class ProductQuery extends ProductListQuery {
  @Text(categoryWish)
  category?: string;
}

/** How staff looks through all products, on sale or not. */
export class BackOfficeProductQuery extends NarrowedQuery {
  @Text(categoryWish)
  category?: string;
  @Flag({ optional: true, description: 'true: what is on sale; false: what is not, such as what vendors propose.' })
  isActive?: boolean;
  @Flag({ optional: true, default: false, description: 'true: only what is archived (admins only); otherwise only what is not.' })
  archived?: boolean;
  @OneOf(backOfficeSorts, { optional: true, default: '-createdAt', description: 'By when they were created; `-` is newest first.' })
  sort?: BackOfficeSort;

  within(): BackOfficeFilter {
    return { isActive: this.isActive, archived: this.archived ?? false };
  }
}

/** Which products a query is about; the category may be given beside it. */
export function filterIn({
  q,
  category,
  brand,
  vendor,
  minPrice,
  maxPrice,
  inStock,
  options,
}: Omit<ProductFilter, 'backOffice'>): ProductFilter {
  return { q, category, brand, vendor, minPrice, maxPrice, inStock, options };
}

export function questionOf(query: ProductQuery, slice: Slice): ListProducts['input'] {
  return { ...filterIn(query), sort: (query.sort as ProductSort | undefined) ?? '-createdAt', slice };
}

/** The facets that a query names, each once; none when it names none. */
export function facetsIn({ facets = [] }: ProductListQuery): readonly FacetName[] {
  return facetNames.filter((name) => facets.includes(name));
}

import { Amount, CurrencyCode, ListOf, Nested, pageOf, Text, Whole } from '@cartwright/platform';
import { CategoryLinkDto, ProductDto } from './product.dto';

class ValueFacetDto {
  @Text({ example: 'North Pottery' })
  value!: string;
  @Whole({ example: 12, description: 'How many products of the list have it, or would, if it were asked for.' })
  count!: number;
}

class CategoryFacetDto extends CategoryLinkDto {
  @Whole({ example: 12, description: 'How many products are in it, or in one below it.' })
  count!: number;
}

class PriceFacetDto {
  @CurrencyCode()
  currency!: string;
  @Amount({ description: 'The lowest price of a variant.' })
  min!: number;
  @Amount({ description: 'The highest price of a variant.' })
  max!: number;
  @Whole({ example: 12, description: 'How many products have a price in this currency.' })
  count!: number;
}

class OptionFacetDto {
  @Text({ example: 'Size' })
  name!: string;
  @ListOf(() => ValueFacetDto)
  values!: ValueFacetDto[];
}

export class FacetsDto {
  @ListOf(() => ValueFacetDto, { optional: true })
  brand?: ValueFacetDto[];
  @ListOf(() => CategoryFacetDto, { optional: true })
  category?: CategoryFacetDto[];
  @ListOf(() => PriceFacetDto, { optional: true })
  price?: PriceFacetDto[];
  @ListOf(() => OptionFacetDto, { optional: true })
  options?: OptionFacetDto[];
}

/** A page of products, and what there is of each value that the list can be narrowed to. */
export class ProductPageDto extends pageOf(ProductDto) {
  @Nested(() => FacetsDto, { optional: true, description: 'Those that `facets` named.' })
  facets?: FacetsDto;
}

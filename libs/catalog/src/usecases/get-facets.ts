import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { isId } from '@cartwright/kernel';
import type { FacetName, Facets, ProductFilter } from '../model/product-query';
import { CategoryStore } from '../store/category.store';
import { ProductStore } from '../store/product.store';

/** How many of the active products that fit have which brand, category, price and options; `category` of the filter may be an id or a slug. */
export class GetFacets extends Query<Facets> {
  constructor(readonly input: { readonly filter: ProductFilter; readonly names: readonly FacetName[] }) {
    super();
  }
}

@QueryHandler(GetFacets)
export class GetFacetsHandler implements IQueryHandler<GetFacets> {
  constructor(
    private readonly products: ProductStore,
    private readonly categories: CategoryStore,
  ) {}

  async execute({ input: { filter, names } }: GetFacets): Promise<Facets> {
    const { category: asked } = filter;
    if (asked === undefined || isId(asked)) return this.named(await this.products.facets(filter, names));
    const category = await this.categories.idOfSlug(asked);
    return category === null ? this.ofNothing(names) : this.named(await this.products.facets({ ...filter, category }, names));
  }

  /** With the names of the categories; one that is gone by now is left out. */
  private async named({ category, ...others }: Facets): Promise<Facets> {
    if (!category) return others;
    const known = new Map((await this.categories.byIds(category.map(({ id }) => id))).map((one) => [one.id, one]));
    const named = category.flatMap(({ id, count }) => {
      const one = known.get(id);
      return one ? [{ id, name: one.name, slug: one.slug, count }] : [];
    });
    return { ...others, category: named };
  }

  private ofNothing(names: readonly FacetName[]): Facets {
    return Object.fromEntries(names.map((name) => [name, []]));
  }
}

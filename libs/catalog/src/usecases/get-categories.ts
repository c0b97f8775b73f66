import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { isId } from '@cartwright/kernel';
import type { Listed, Slice } from '@cartwright/platform';
import { CategoryNotFound } from '../contract/refusals';
import type { Category, CategoryReference } from '../model/category';
import { CategoryStore } from '../store/category.store';

/** Categories by name, a page of them or all. */
export class GetCategories extends Query<Listed<Category>> {
  constructor(readonly input: { readonly slice?: Slice }) {
    super();
  }
}

export class GetCategory extends Query<Category> {
  constructor(readonly input: { readonly idOrSlug: string }) {
    super();
  }
}

/** The categories above some, from the root down, by the id of each. What does not exist has none. */
export class GetAncestors extends Query<Record<string, CategoryReference[]>> {
  constructor(readonly input: { readonly ids: readonly string[] }) {
    super();
  }
}

/** The id behind a slug, as lists of products ask for it. */
export class GetCategoryId extends Query<string> {
  constructor(readonly input: { readonly slug: string }) {
    super();
  }
}

@QueryHandler(GetCategories)
export class GetCategoriesHandler implements IQueryHandler<GetCategories> {
  constructor(private readonly categories: CategoryStore) {}

  async execute({ input: { slice } }: GetCategories): Promise<Listed<Category>> {
    if (slice) return this.categories.page(slice);
    const rows = await this.categories.all();
    return { rows, total: rows.length };
  }
}

@QueryHandler(GetCategory)
export class GetCategoryHandler implements IQueryHandler<GetCategory> {
  constructor(private readonly categories: CategoryStore) {}

  async execute({ input: { idOrSlug } }: GetCategory): Promise<Category> {
    const id = isId(idOrSlug) ? idOrSlug : await this.categories.idOfSlug(idOrSlug);
    const category = id === null ? null : await this.categories.find(id);
    if (!category) throw new CategoryNotFound({ category: idOrSlug });
    return category;
  }
}

@QueryHandler(GetAncestors)
export class GetAncestorsHandler implements IQueryHandler<GetAncestors> {
  constructor(private readonly categories: CategoryStore) {}

  async execute({ input }: GetAncestors): Promise<Record<string, CategoryReference[]>> {
    const asked = await this.categories.byIds([...new Set(input.ids)]);
    const above = await this.categories.byIds([...new Set(asked.flatMap(({ ancestors }) => ancestors))]);
    const known = new Map(above.map((category) => [category.id, category]));
    const path = ({ ancestors }: Category): CategoryReference[] => ancestors.flatMap((id) => known.get(id) ?? []);
    return Object.fromEntries(asked.map((category) => [category.id, path(category)]));
  }
}

@QueryHandler(GetCategoryId)
export class GetCategoryIdHandler implements IQueryHandler<GetCategoryId> {
  constructor(private readonly categories: CategoryStore) {}

  async execute({ input: { slug } }: GetCategoryId): Promise<string> {
    const id = await this.categories.idOfSlug(slug);
    if (id === null) throw new CategoryNotFound({ category: slug });
    return id;
  }
}

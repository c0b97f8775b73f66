import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { isId, newId } from '@cartwright/kernel';
import { checkVersion, InvalidInput, retryWhenStale, StaleVersion, Transactions } from '@cartwright/platform';
import { CategoryCycle, CategoryInUse, CategoryNotFound, CategoryTooDeep } from '../contract/refusals';
import { closesRing, deepest, movedUnder, newCategory, pathOf, renamed, type Category } from '../model/category';
import { slugCandidates } from '../model/slug';
import { CategoryStore } from '../store/category.store';
import { ProductStore } from '../store/product.store';

export class CreateCategory extends Command<Category> {
  constructor(readonly input: { readonly name: string; readonly slug?: string; readonly parentCategory?: string | null }) {
    super();
  }
}

/** Renames a category or hangs it elsewhere (`parentCategory: null`: at the root); its products follow in the same transaction. */
export class EditCategory extends Command<Category> {
  constructor(
    readonly input: {
      readonly id: string;
      readonly expected?: number;
      readonly name?: string;
      readonly slug?: string;
      readonly parentCategory?: string | null;
    },
  ) {
    super();
  }
}

/** Deletes a category that has neither products nor subcategories. */
export class DeleteCategory extends Command<void> {
  constructor(readonly input: { readonly id: string; readonly expected?: number }) {
    super();
  }
}

@CommandHandler(CreateCategory)
export class CreateCategoryHandler implements ICommandHandler<CreateCategory> {
  constructor(
    private readonly categories: CategoryStore,
    private readonly transactions: Transactions,
  ) {}

  async execute({ input: { name, slug, parentCategory } }: CreateCategory): Promise<Category> {
    return this.transactions.run(async () => {
      const now = new Date();
      const parent = await parentOf(this.categories, parentCategory, now);
      if (parent && pathOf(parent).length >= deepest) throw new CategoryTooDeep({ deepest });
      const id = newId();
      const next = newCategory({ id, name, slug: slug ?? (await this.freeSlug(name, parent, id)), parent }, now);
      return this.categories.save({ next, events: [] });
    });
  }

  private async freeSlug(name: string, parent: Category | null, id: string): Promise<string> {
    const candidates = slugCandidates(parent ? [name, `${parent.name} ${name}`] : [name], `category-${id.slice(-8)}`);
    const taken = await this.categories.takenSlugs(candidates);
    return candidates.find((candidate) => !taken.has(candidate)) ?? `category-${id.slice(-8)}`;
  }
}

@CommandHandler(EditCategory)
export class EditCategoryHandler implements ICommandHandler<EditCategory> {
  constructor(
    private readonly categories: CategoryStore,
    private readonly products: ProductStore,
    private readonly transactions: Transactions,
  ) {}

  async execute({ input }: EditCategory): Promise<Category> {
    return retryWhenStale(() => this.transactions.run(() => this.edit(input)));
  }

  private async edit({ id, expected, name, slug, parentCategory }: EditCategory['input']): Promise<Category> {
    const before = await found(this.categories, id);
    checkVersion(before, expected);
    const called = { ...(name === undefined ? before : renamed(before, name)), slug: slug ?? before.slug };
    const moves = parentCategory !== undefined && parentCategory !== before.parentCategory;
    const next = moves ? await this.moved(called, parentCategory) : called;
    const saved = await this.categories.save({ next, events: [] });
    if (next.name !== before.name || next.slug !== before.slug) await this.products.renameCategory(saved);
    return saved;
  }

  /** Everything below moves with it: each descendant's path, and what its products are found under. */
  private async moved(category: Category, parentId: string | null): Promise<Category> {
    const parent = await parentOf(this.categories, parentId, new Date());
    if (parentId && closesRing(category, parent)) throw new CategoryCycle({ category: category.id, parentCategory: parentId });
    const next = movedUnder(category, parent);
    await this.products.moveCategory(next);
    const below = await this.categories.descendantsOf(category.id);
    for (const descendant of below) {
      const kept = descendant.ancestors.slice(descendant.ancestors.indexOf(category.id));
      const ancestors = [...next.ancestors, ...kept];
      if (ancestors.length >= deepest) throw new CategoryTooDeep({ deepest });
      await this.categories.save({ next: { ...descendant, ancestors }, events: [] });
      await this.products.moveCategory({ id: descendant.id, ancestors });
    }
    if (pathOf(next).length > deepest) throw new CategoryTooDeep({ deepest });
    return next;
  }
}

@CommandHandler(DeleteCategory)
export class DeleteCategoryHandler implements ICommandHandler<DeleteCategory> {
  constructor(
    private readonly categories: CategoryStore,
    private readonly products: ProductStore,
    private readonly transactions: Transactions,
  ) {}

  async execute({ input: { id, expected } }: DeleteCategory): Promise<void> {
    await this.transactions.run(async () => {
      const category = await found(this.categories, id);
      checkVersion(category, expected);
      const [products, subcategories] = [await this.products.countIn(id), await this.categories.childrenOf(id)];
      if (products + subcategories > 0) throw new CategoryInUse({ products, subcategories });
      if (!(await this.categories.remove(category))) throw new StaleVersion({ subject: 'category', id });
    });
  }
}

async function found(categories: CategoryStore, id: string): Promise<Category> {
  const category = isId(id) ? await categories.find(id) : null;
  if (!category) throw new CategoryNotFound({ category: id });
  return category;
}

/** The parent, claimed so that nobody moves or deletes it meanwhile; `null` for the root. */
async function parentOf(categories: CategoryStore, id: string | null | undefined, now: Date): Promise<Category | null> {
  if (id === null || id === undefined) return null;
  const parent = await categories.find(id);
  if (!parent) {
    const error = { path: 'parentCategory', code: 'unknown_category', message: `There is no category ${id}.` };
    throw new InvalidInput({ errors: [error] });
  }
  await categories.claim([id], now);
  return parent;
}

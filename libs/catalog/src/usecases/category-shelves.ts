import { Injectable } from '@nestjs/common';
import { newId } from '@cartwright/kernel';
import { DuplicateCategory, DuplicateSlug } from '../contract/refusals';
import { nameKeyOf, newCategory, type Category } from '../model/category';
import { oneLine } from '../model/plain-text';
import { slugCandidates } from '../model/slug';
import { CategoryStore } from '../store/category.store';

/** The categories that an import meets, made on the way and remembered; one for each import. */
export class CategoryShelves {
  private readonly known = new Map<string, Category>();

  constructor(private readonly categories: CategoryStore) {}

  async load(): Promise<void> {
    this.known.clear();
    for (const category of await this.categories.all()) this.remember(category);
  }

  /** The category at the end of the path of names, made with its parents where they are missing. */
  async at(path: readonly string[]): Promise<Category> {
    let parent: Category | null = null;
    for (const name of path) parent = this.known.get(keyOf(parent, name)) ?? (await this.make(parent, name));
    return parent as Category;
  }

  /** Somebody else may make the same category meanwhile; then theirs is taken. */
  private async make(parent: Category | null, name: string): Promise<Category> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const id = newId();
        const slug = await this.freeSlug(parent, name, id);
        return this.remember(await this.categories.save({ next: newCategory({ id, name, slug, parent }, new Date()), events: [] }));
      } catch (error) {
        if (!(error instanceof DuplicateCategory || error instanceof DuplicateSlug) || attempt === 5) throw error;
        await this.load();
        const theirs = this.known.get(keyOf(parent, name));
        if (theirs) return theirs;
      }
    }
  }

  private async freeSlug(parent: Category | null, name: string, id: string): Promise<string> {
    const fallback = `category-${id.slice(-8)}`;
    const candidates = slugCandidates(parent ? [name, `${parent.slug} ${name}`] : [name], fallback);
    const taken = await this.categories.takenSlugs(candidates);
    return candidates.find((candidate) => !taken.has(candidate)) ?? fallback;
  }

  private remember(category: Category): Category {
    const parent = category.parentCategory ?? '';
    this.known.set(`${parent}/${category.nameKey}`, category);
    // Lines name it as an import cleans names; somebody may have named it otherwise.
    const cleaned = `${parent}/${nameKeyOf(oneLine(category.name))}`;
    if (!this.known.has(cleaned)) this.known.set(cleaned, category);
    return category;
  }
}

/** Makes {@link CategoryShelves}. */
@Injectable()
export class CategoryShelving {
  constructor(private readonly categories: CategoryStore) {}

  async open(): Promise<CategoryShelves> {
    const shelves = new CategoryShelves(this.categories);
    await shelves.load();
    return shelves;
  }
}

function keyOf(parent: Category | null, name: string): string {
  return `${parent?.id ?? ''}/${nameKeyOf(name)}`;
}

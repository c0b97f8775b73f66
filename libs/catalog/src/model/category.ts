import { newDocument, type Stored } from '@cartwright/kernel';
import { folded } from './slug';

/** A place in the shop's tree. */
export interface Category extends Stored {
  readonly name: string;
  /** The name as it is compared: two children of one parent never share it. */
  readonly nameKey: string;
  readonly slug: string;
  /** `null` at the root. */
  readonly parentCategory: string | null;
  /** Ids from the root down to the parent. */
  readonly ancestors: readonly string[];
}

/** What a product keeps of its category. */
export interface CategoryReference {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
}

/** How deep a tree may grow; real ones have three to six levels. */
export const deepest = 12;

export interface NewCategory {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly parent: Pick<Category, 'id' | 'ancestors'> | null;
}

export function newCategory({ id, name, slug, parent }: NewCategory, now: Date): Category {
  return { ...newDocument(id, now), ...named(name), slug, ...under(parent) };
}

export function renamed(category: Category, name: string): Category {
  return { ...category, ...named(name) };
}

/** Whether hanging the category under this parent would close a ring. */
export function closesRing(category: Pick<Category, 'id'>, parent: Pick<Category, 'id' | 'ancestors'> | null): boolean {
  return parent !== null && pathOf(parent).includes(category.id);
}

export function movedUnder(category: Category, parent: Pick<Category, 'id' | 'ancestors'> | null): Category {
  return { ...category, ...under(parent) };
}

/** The ids from the root to the category itself: what a product in it is found by. */
export function pathOf(category: Pick<Category, 'id' | 'ancestors'>): string[] {
  return [...category.ancestors, category.id];
}

export function nameKeyOf(name: string): string {
  return folded(name);
}

function named(name: string): Pick<Category, 'name' | 'nameKey'> {
  return { name, nameKey: nameKeyOf(name) };
}

function under(parent: Pick<Category, 'id' | 'ancestors'> | null): Pick<Category, 'parentCategory' | 'ancestors'> {
  return parent ? { parentCategory: parent.id, ancestors: pathOf(parent) } : { parentCategory: null, ancestors: [] };
}

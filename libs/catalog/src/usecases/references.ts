import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { isId } from '@cartwright/kernel';
import { GetUser } from '@cartwright/identity';
import { InvalidInput } from '@cartwright/platform';
import type { Category } from '../model/category';
import { house } from '../model/house';
import type { Vendor } from '../model/product';
import { slugCandidates } from '../model/slug';
import { CategoryStore } from '../store/category.store';
import { ProductStore } from '../store/product.store';

/** What a product's fields point at, looked up or refused by the field's name. */
@Injectable()
export class References {
  constructor(
    private readonly queries: QueryBus,
    private readonly categories: CategoryStore,
    private readonly products: ProductStore,
  ) {}

  /** The category, by its id or slug, claimed for the running transaction. */
  async category(idOrSlug: string, now: Date): Promise<Category> {
    const id = isId(idOrSlug) ? idOrSlug : await this.categories.idOfSlug(idOrSlug);
    const found = id === null ? null : await this.categories.find(id);
    if (!found) throw wrong('category', 'unknown_category', `There is no category ${idOrSlug}.`);
    await this.categories.claim([found.id], now);
    return found;
  }

  /** The user as a vendor, or the house. */
  async vendor(id: string): Promise<Vendor> {
    if (id === house.id) return house;
    const user = isId(id) ? await this.queries.execute(new GetUser({ userId: id })) : null;
    if (!user?.roles.includes('vendor')) throw wrong('vendor', 'unknown_vendor', `There is no vendor ${id}.`);
    return { id: user.id, name: user.name };
  }

  /** A free slug made from the name. */
  async freeSlug(name: string, productId: string): Promise<string> {
    const last = productId.slice(-8);
    const candidates = [...slugCandidates([name], `product-${last}`), ...slugCandidates([`${name.slice(0, 80)} ${last}`], last, 0)];
    const taken = await this.products.takenSlugs(candidates);
    return candidates.find((candidate) => !taken.has(candidate)) ?? `product-${productId}`;
  }
}

function wrong(path: string, code: string, message: string): Error {
  return new InvalidInput({ errors: [{ path, code, message }] });
}

import { CommandBus, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { getModelToken } from '@nestjs/mongoose';
import { GetVariants, type SellableVariant } from '@cartwright/catalog';
import { CountStock, InventoryModule } from '@cartwright/inventory';
import { newId } from '@cartwright/kernel';
import type { Caller } from '@cartwright/platform';
import type { Model } from 'mongoose';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { bearer } from '../../../platform/src/testing/test-callers';
import { CartModule } from '../cart.module';
import type { CartOwner } from '../contract/cart-owner';
import type { CartDto } from '../http/cart.dto';
import type { Cart } from '../model/cart';

const products = new Map<string, SellableVariant[]>();

/** Stands in for the catalogue, as its contract says. */
@QueryHandler(GetVariants)
class FakeCatalog implements IQueryHandler<GetVariants> {
  async execute({ input: { items } }: GetVariants): Promise<(SellableVariant | null)[]> {
    const find = (productId: string, variantId?: string): SellableVariant | null => {
      const variants = products.get(productId) ?? [];
      if (variantId === undefined) return variants.length === 1 ? (variants[0] ?? null) : null;
      return variants.find((variant) => variant.variantId === variantId) ?? null;
    };
    return Promise.resolve(items.map(({ productId, variantId }) => find(productId, variantId)));
  }
}

let serial = 0;

/** A variant that the catalogue does not have, unless it is put on sale. */
export function aVariant(changes: Partial<SellableVariant> = {}): SellableVariant {
  const sku = `SKU-${(serial += 1)}`;
  const words = { name: 'Saw', brand: 'Cartwright', options: { Size: 'M' }, price: 1999, currency: 'USD', isActive: true };
  return { productId: newId(), variantId: newId(), sku, ...words, ...changes };
}

export const aGuest = (): Caller => ({ kind: 'guest', id: newId(), roles: ['guest'] });
export const aUser = (): Caller => ({ kind: 'user', id: newId(), roles: ['user'] });
export const ownerOf = ({ kind, id }: Caller): CartOwner => ({ kind, id });

export interface Answer {
  readonly status: number;
  readonly etag: string | null;
  readonly body: CartDto;
}

/** The cart on a real inventory and a made-up catalogue, over HTTP. */
export class CartShop {
  private constructor(readonly server: TestApp) {}

  static async open(): Promise<CartShop> {
    return new CartShop(await startTestApp({ imports: [InventoryModule, CartModule], providers: [FakeCatalog] }));
  }

  async close(): Promise<void> {
    await this.server.stop();
  }

  get carts(): Model<Cart> {
    return this.server.app.get<Model<Cart>>(getModelToken('cart'), { strict: false });
  }
  get commands(): CommandBus {
    return this.server.app.get(CommandBus);
  }
  get queries(): QueryBus {
    return this.server.app.get(QueryBus);
  }

  /** Puts variants on sale, each with so many pieces. */
  async sell(onHand: number, ...variants: SellableVariant[]): Promise<SellableVariant[]> {
    for (const variant of variants) products.set(variant.productId, [...(products.get(variant.productId) ?? []), variant]);
    await this.count(onHand, ...variants);
    return variants;
  }

  async sellOne(onHand: number, changes: Partial<SellableVariant> = {}): Promise<SellableVariant> {
    const variant = aVariant(changes);
    await this.sell(onHand, variant);
    return variant;
  }

  async count(onHand: number, ...variants: SellableVariant[]): Promise<void> {
    await this.commands.execute(new CountStock({ levels: variants.map(({ sku }) => ({ sku, onHand })), reason: 'Count' }));
  }

  /** What the catalogue says of a product's only variant from now on. */
  edit(variant: SellableVariant, changes: Partial<SellableVariant>): void {
    products.set(variant.productId, [{ ...variant, ...changes }]);
  }

  async call(as: Caller, method: string, path = '', body?: object, headers: Record<string, string> = {}): Promise<Answer> {
    const json: Record<string, string> = body ? { 'content-type': 'application/json' } : {};
    const response = await fetch(`${this.server.url}/api/cart${path}`, {
      method,
      headers: { authorization: bearer(as), ...json, ...headers },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, etag: response.headers.get('etag'), body: (text ? JSON.parse(text) : undefined) as CartDto };
  }

  async add(as: Caller, { productId, variantId }: SellableVariant, quantity = 1): Promise<Answer> {
    return this.call(as, 'POST', '/items', { productId, variantId, quantity });
  }
}

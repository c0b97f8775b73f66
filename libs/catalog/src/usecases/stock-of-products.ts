import { Injectable } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { CountStock, GetAvailability, type Availability } from '@cartwright/inventory';
import { Transactions } from '@cartwright/platform';
import { withStock, type Product } from '../model/product';
import { Together } from '../store/together';

/** Pieces that somebody says are on hand. */
export interface CountedSku {
  readonly sku: string;
  readonly onHand: number;
}

/** Inventory owns the stock; this is how the catalog tells it, and asks it. */
@Injectable()
export class StockOfProducts {
  private readonly levels = new Together((skus) => this.transactions.outside(() => this.look(skus)));

  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly transactions: Transactions,
  ) {}

  /** Tells inventory what was counted, and brings what it now says to the products' variants that are new or were counted. */
  async settle(products: readonly Product[], counted: readonly CountedSku[], reason: string): Promise<Product[]> {
    if (counted.length > 0) await this.commands.execute(new CountStock({ levels: [...counted], reason }));
    const told = new Set(counted.map(({ sku }) => sku));
    const asked = products.flatMap(({ variants }) => variants).filter((variant) => variant.stockRevision === 0 || told.has(variant.sku));
    if (asked.length === 0) return [...products];
    const levels = await this.of(asked.map(({ sku }) => sku));
    return products.map((product) => withStock(product, levels));
  }

  /** The levels of this moment, for whoever only looks: asked together with whoever else looks now. A transaction asks for itself, as it sees what nobody else does. */
  async ofNow(skus: readonly string[]): Promise<(Availability | undefined)[]> {
    if (!this.transactions.session) return Promise.all(skus.map((sku) => this.levels.get(sku)));
    const levels = await this.look(skus);
    return skus.map((sku) => levels.get(sku));
  }

  async of(skus: readonly string[]): Promise<Readonly<Record<string, Availability>>> {
    return this.queries.execute(new GetAvailability({ skus: [...skus] }));
  }

  private async look(skus: readonly string[]): Promise<ReadonlyMap<string, Availability>> {
    return new Map(Object.entries(await this.of(skus)));
  }
}

import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { newId } from '@cartwright/kernel';
import { checkVersion, Transactions } from '@cartwright/platform';
import { setBackorder } from '../model/backorder';
import type { BackorderRule, Level } from '../model/level';
import { sellable } from '../model/location';
import { StockStore } from '../store/stock.store';
import { KnownLocations } from './known-locations';

/** Allows back-orders of a SKU, or (without a rule) forbids them. Refuses `sku_not_found`, and an outdated `expected` revision. */
export class SetBackorder extends Command<Level> {
  constructor(readonly input: { readonly sku: string; readonly rule?: BackorderRule; readonly expected?: number; readonly by?: string }) {
    super();
  }
}

@CommandHandler(SetBackorder)
export class SetBackorderHandler implements ICommandHandler<SetBackorder> {
  constructor(
    private readonly stock: StockStore,
    private readonly locations: KnownLocations,
    private readonly transactions: Transactions,
  ) {}

  async execute({ input: { sku, rule, expected, by } }: SetBackorder): Promise<Level> {
    return this.transactions.run(async () => {
      const before = await this.stock.levelOf(sku);
      checkVersion({ version: before.revision }, expected);
      const { level, change } = setBackorder(before, rule, { id: newId(), by, now: new Date() });
      this.stock.record(before, level);
      const posted = await this.stock.post(change, new Map([[sku, level]]));
      return sellable(posted.get(sku) ?? level, await this.locations.now());
    });
  }
}

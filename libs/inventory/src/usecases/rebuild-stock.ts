import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { newId } from '@cartwright/kernel';
import { Transactions } from '@cartwright/platform';
import { RebuildStock, type RebuiltLevel } from '../contract/rebuild-stock';
import { LevelsChanged } from '../contract/stock-events';
import { beginning, impossibleIn, levelOfLedger, problemsOf } from '../model/audit';
import { sameShelves, type Shelves } from '../model/level';
import { moved, type Movement } from '../model/movement';
import { LedgerStore } from '../store/ledger.store';
import { StockStore } from '../store/stock.store';
import { StockAudit } from './stock-audit';

@CommandHandler(RebuildStock)
export class RebuildStockHandler implements ICommandHandler<RebuildStock> {
  constructor(
    private readonly audit: StockAudit,
    private readonly stock: StockStore,
    private readonly ledger: LedgerStore,
    private readonly transactions: Transactions,
  ) {}

  async execute({ input: { skus } }: RebuildStock): Promise<readonly RebuiltLevel[]> {
    const sick = [];
    for await (const found of skus ? this.audit.only(skus) : this.audit.all()) if (found.problems.length > 0) sick.push(found);
    const rebuilt: RebuiltLevel[] = [];
    for (const { sku, problems } of sick) {
      await this.transactions.run(() => this.rebuildLevel(sku));
      await this.rebuildSums(sku);
      rebuilt.push({ sku, problems, rebuilt: await this.isHealthy(sku) });
    }
    return rebuilt;
  }

  /** The level first: from then on what is written goes on from the right one. Its new entry lets everybody who copies stock see that it changed. */
  private async rebuildLevel(sku: string): Promise<void> {
    const stored = (await this.stock.levelsOf([sku])).get(sku);
    const { shelves, revision } = await this.ledger.sumOf(sku);
    if (stored && problemsOf(stored, { ...beginning, shelves, revision }).length === 0) return;
    const level = levelOfLedger(sku, stored, { shelves, revision });
    if (impossibleIn(level).length > 0) return;
    const [id, at] = [newId(), new Date()];
    const movement: Movement = { id: `adjusted:${id}:${sku}`, sku, kind: 'adjusted', quantity: 0, at, reason: 'Rebuilt from the ledger' };
    await this.stock.correct(level, stored);
    const events = [new LevelsChanged({ skus: [sku] })];
    await this.stock.post({ cause: `rebuilt:${id}`, movements: [movement], events, at }, new Map([[sku, level]]));
  }

  /** The sums of the entries follow from their movements. */
  private async rebuildSums(sku: string): Promise<void> {
    let shelves: Shelves = {};
    for await (const entry of this.ledger.walk({ from: sku, below: `${sku}\0` })) {
      shelves = moved(shelves, entry);
      if (entry.revision !== undefined && !sameShelves(entry.after ?? {}, shelves)) await this.ledger.correct(entry.id, shelves);
    }
  }

  private async isHealthy(sku: string): Promise<boolean> {
    for await (const { problems } of this.audit.only([sku])) return problems.length === 0;
    return false;
  }
}

import { Injectable } from '@nestjs/common';
import { Invariant, Transactions, type Finding } from '@cartwright/platform';
import { impossibleIn, promisedAgainst } from '../model/audit';
import type { Level } from '../model/level';
import { ReservationStore } from '../store/reservation.store';
import { StockStore } from '../store/stock.store';
import { StockAudit } from './stock-audit';

const batch = 200;

/** What must be true of stock at every instant. */
@Injectable()
export class StockChecks {
  constructor(
    private readonly audit: StockAudit,
    private readonly stock: StockStore,
    private readonly reservations: ReservationStore,
    private readonly transactions: Transactions,
  ) {}

  @Invariant('inventory.level_is_ledger', 'A level is what its ledger adds up to, and so says each entry of it.')
  async *levelIsLedger(): AsyncGenerator<Finding> {
    for await (const { sku, problems } of this.audit.all()) for (const problem of problems) yield found({ sku }, problem);
  }

  @Invariant('inventory.nothing_negative', 'No shelf holds less than nothing, nor less than is promised of it.')
  nothingNegative(): AsyncGenerator<Finding> {
    return this.inBatches((levels) => levels.flatMap((level) => impossibleIn(level).map((problem) => found(level, problem))));
  }

  @Invariant(
    'inventory.reserved_is_promised',
    'What is reserved on a shelf is what open reservations hold of it; what is on back-order is what they and paid orders wait for.',
  )
  async *reservedIsPromised(): AsyncGenerator<Finding> {
    yield* this.inBatches(async (levels) => {
      const held = await this.reservations.held(levels.map(({ sku }) => sku));
      return levels.flatMap((level) =>
        promisedAgainst(
          level,
          held.filter(({ sku }) => sku === level.sku),
        ).map((problem) => found(level, problem)),
      );
    });
    for await (const skus of this.reservations.heldSkus()) {
      const levels = await this.stock.levelsOf(skus);
      for (const sku of skus) if (!levels.has(sku)) yield found({ sku }, 'reservations hold it, but there is no such level');
    }
  }

  /** Looks at all levels, some at a time, each time at one instant. */
  private async *inBatches(look: (levels: readonly Level[]) => Finding[] | Promise<Finding[]>): AsyncGenerator<Finding> {
    for (let below: string | undefined; ;) {
      const { levels, findings } = await this.transactions.run(async () => {
        const seen = await this.stock.below(below, batch);
        return { levels: seen, findings: await look(seen) };
      });
      yield* findings;
      if (levels.length < batch) return;
      below = levels.at(-1)?.sku;
    }
  }
}

function found({ sku }: Pick<Level, 'sku'>, problem: string): Finding {
  return { record: `stock level ${sku}`, problem };
}

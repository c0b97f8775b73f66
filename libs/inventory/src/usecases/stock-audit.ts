import { Injectable } from '@nestjs/common';
import { SkuNotFound } from '../contract/refusals';
import { audited, beginning, problemsOf, type Audit } from '../model/audit';
import type { Level } from '../model/level';
import type { Entry } from '../model/movement';
import { LedgerStore } from '../store/ledger.store';
import { StockStore } from '../store/stock.store';

/** What is wrong with one SKU; nothing, mostly. */
export interface Audited {
  readonly sku: string;
  readonly problems: readonly string[];
}

const batch = 500;

/**
 * Holds every level against its ledger, in the opposite order of the SKUs, beside a shop at work: a level is read before its ledger, and the entries up to its
 * revision never change, so that nothing has to be locked.
 */
@Injectable()
export class StockAudit {
  constructor(
    private readonly stock: StockStore,
    private readonly ledger: LedgerStore,
  ) {}

  async *all(): AsyncGenerator<Audited> {
    for (let below: string | undefined; ;) {
      const levels = await this.stock.below(below, batch);
      const from = levels.length < batch ? undefined : levels.at(-1)?.sku;
      yield* this.compare(levels, this.ledger.walk({ from, below }));
      if (from === undefined) return;
      below = from;
    }
  }

  /** The same of some SKUs. Refuses `sku_not_found` for one with neither a level nor a ledger. */
  async *only(skus: readonly string[]): AsyncGenerator<Audited> {
    const levels = await this.stock.levelsOf(skus);
    for (const sku of skus) {
      const level = levels.get(sku);
      const found = this.compare(level ? [level] : [], this.ledger.walk({ from: sku, below: `${sku}\0` }));
      const first = await found.next();
      if (first.done) throw new SkuNotFound({ sku });
      yield first.value;
    }
  }

  private async *compare(levels: readonly Level[], entries: AsyncIterable<Entry>): AsyncGenerator<Audited> {
    const unseen = new Map(levels.map((level) => [level.sku, level]));
    let open: { readonly sku: string; readonly level?: Level; audit: Audit; newest: number } | undefined;
    for await (const entry of entries) {
      if (open?.sku !== entry.sku) {
        if (open) yield this.close(open.sku, open.level, open.audit, await this.isBehind(open));
        open = { sku: entry.sku, level: unseen.get(entry.sku), audit: beginning, newest: 0 };
        unseen.delete(entry.sku);
      }
      if ((entry.revision ?? 0) > (open.level?.revision ?? 0)) open.newest = entry.revision ?? 0;
      else open.audit = audited(open.audit, entry);
    }
    if (open) yield this.close(open.sku, open.level, open.audit, await this.isBehind(open));
    for (const level of unseen.values()) yield this.close(level.sku, level, beginning, false);
  }

  private close(sku: string, level: Level | undefined, audit: Audit, behind: boolean): Audited {
    const late = behind ? [`its ledger goes on after ${level ? `revision ${level.revision}` : 'a level that there is not'}`] : [];
    return { sku, problems: [...(level ? problemsOf(level, audit) : []), ...late] };
  }

  /** Entries that came after the level was read are in order, if the level of now knows of them. */
  private async isBehind({ sku, level, newest }: { sku: string; level?: Level; newest: number }): Promise<boolean> {
    if (level && newest <= level.revision) return false;
    const now = (await this.stock.levelsOf([sku])).get(sku);
    return !now || now.revision < newest;
  }
}

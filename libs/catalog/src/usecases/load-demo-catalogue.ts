import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Transactions } from '@cartwright/platform';
import { LoadDemoCatalogue } from '../contract/load-demo-catalogue';
import { demoCatalogue } from '../demo/demo-catalogue';
import { house } from '../model/house';
import { ProductStore } from '../store/product.store';
import { CategoryShelving } from './category-shelves';
import { ImportBatch, type BatchOutcome } from './import-batch';

@CommandHandler(LoadDemoCatalogue)
export class LoadDemoCatalogueHandler implements ICommandHandler<LoadDemoCatalogue> {
  constructor(
    private readonly products: ProductStore,
    private readonly batch: ImportBatch,
    private readonly shelving: CategoryShelving,
    private readonly transactions: Transactions,
  ) {}

  async execute(): Promise<number> {
    if (!(await this.products.isEmpty())) return 0;
    const entries = demoCatalogue().map((product, index) => ({ line: index + 1, through: index + 1, product }));
    const settings = { vendor: house, keepVendor: true, defaultStock: 0, setStock: false, shelves: await this.shelving.open() };
    let loaded = 0;
    const count = async ({ created }: BatchOutcome): Promise<void> =>
      Promise.resolve(this.transactions.afterCommit(() => (loaded += created)));
    await this.batch.write(entries, settings, count);
    return loaded;
  }
}

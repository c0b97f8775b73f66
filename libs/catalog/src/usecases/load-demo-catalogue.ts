import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { LoadDemoCatalogue } from '../contract/load-demo-catalogue';
import { demoCatalogue } from '../demo/demo-catalogue';
import { house } from '../model/house';
import { ProductStore } from '../store/product.store';
import { CategoryShelving } from './category-shelves';
import { ImportBatch } from './import-batch';

@CommandHandler(LoadDemoCatalogue)
export class LoadDemoCatalogueHandler implements ICommandHandler<LoadDemoCatalogue> {
  constructor(
    private readonly products: ProductStore,
    private readonly batch: ImportBatch,
    private readonly shelving: CategoryShelving,
  ) {}

  async execute(): Promise<number> {
    if (!(await this.products.isEmpty())) return 0;
    const entries = demoCatalogue().map((product, index) => ({ line: index + 1, product }));
    const settings = { vendor: house, keepVendor: true, defaultStock: 0, setStock: false, shelves: await this.shelving.open() };
    const { created } = await this.batch.write(entries, settings);
    return created;
  }
}

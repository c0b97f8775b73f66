export { CatalogModule } from './catalog.module';
export { ImportCatalog } from './contract/import-catalog';
export type { ImportProgress, ImportReport, ImportSettings, RefusedLine } from './contract/import-catalog';
export { LoadDemoCatalogue } from './contract/load-demo-catalogue';
export { GetVariants } from './contract/sellable-variant';
export type { SellableVariant } from './contract/sellable-variant';

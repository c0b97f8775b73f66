import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AllProductsController } from './http/all-products.controller';
import { CategoriesController } from './http/categories.controller';
import { ExportController } from './http/export.controller';
import { ImportsController } from './http/imports.controller';
import { ProductsController } from './http/products.controller';
import { VariantsController } from './http/variants.controller';
import { CategoryStore, categorySchema } from './store/category.store';
import { importSchema, ImportStore } from './store/import.store';
import { catalogueMarkSchema, productSchema } from './store/product.schema';
import { ProductStore } from './store/product.store';
import { ArchiveProductHandler } from './usecases/archive-product';
import { CategoryShelving } from './usecases/category-shelves';
import { CreateProductHandler } from './usecases/create-product';
import { CreateCategoryHandler, DeleteCategoryHandler, EditCategoryHandler } from './usecases/edit-categories';
import { EditProductHandler } from './usecases/edit-product';
import { AddVariantHandler, EditVariantHandler, RemoveVariantHandler } from './usecases/edit-variants';
import { ExportProductsHandler } from './usecases/export-products';
import { FollowStock } from './usecases/follow-stock';
import { FollowVendorNames } from './usecases/follow-vendor-names';
import { GetAncestorsHandler, GetCategoriesHandler, GetCategoryHandler, GetCategoryIdHandler } from './usecases/get-categories';
import { GetFacetsHandler } from './usecases/get-facets';
import { GetProductHandler } from './usecases/get-product';
import { GetVariantsHandler } from './usecases/get-variants';
import { GetImportHandler, ListImportsHandler } from './usecases/get-imports';
import { ImportBatch } from './usecases/import-batch';
import { ImportCatalogHandler } from './usecases/import-catalog';
import { Importing } from './usecases/import-run';
import { ListAllProductsHandler } from './usecases/list-all-products';
import { ListProductsHandler } from './usecases/list-products';
import { LoadDemoCatalogueHandler } from './usecases/load-demo-catalogue';
import { ProductEditing } from './usecases/product-editing';
import { References } from './usecases/references';
import { RunImports } from './usecases/run-imports';
import { StartImportHandler } from './usecases/start-import';
import { VendorData } from './usecases/vendor-data';
import { StockOfProducts } from './usecases/stock-of-products';

const schemas = [
  { name: 'product', schema: productSchema },
  { name: 'category', schema: categorySchema },
  { name: 'catalogueMark', schema: catalogueMarkSchema },
  { name: 'import', schema: importSchema },
];
const commands = [
  CreateProductHandler,
  EditProductHandler,
  ArchiveProductHandler,
  AddVariantHandler,
  EditVariantHandler,
  RemoveVariantHandler,
  CreateCategoryHandler,
  EditCategoryHandler,
  DeleteCategoryHandler,
  ImportCatalogHandler,
  StartImportHandler,
  LoadDemoCatalogueHandler,
];
const queries = [
  GetProductHandler,
  ListProductsHandler,
  ListAllProductsHandler,
  GetVariantsHandler,
  GetAncestorsHandler,
  GetCategoriesHandler,
  GetCategoryHandler,
  GetCategoryIdHandler,
  GetImportHandler,
  ListImportsHandler,
  ExportProductsHandler,
  GetFacetsHandler,
];
const work = [ProductEditing, References, StockOfProducts, CategoryShelving, ImportBatch, Importing, RunImports, VendorData];

/** What is sold: products with their variants, and the tree of categories. */
@Module({
  imports: [MongooseModule.forFeature(schemas)],
  controllers: [ImportsController, ExportController, ProductsController, AllProductsController, VariantsController, CategoriesController],
  providers: [ProductStore, CategoryStore, ImportStore, ...work, ...commands, ...queries, FollowStock, FollowVendorNames],
})
export class CatalogModule {}

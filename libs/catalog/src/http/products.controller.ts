import { Body, Controller, Delete, Get, Header, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import {
  Allow,
  CurrentCaller,
  Forbidden,
  IfMatch,
  Operation,
  pageOf,
  PreconditionFailed,
  RequiresIfMatch,
  Public,
  sliceOf,
  tagged,
  type Caller,
} from '@cartwright/platform';
import { DuplicateSku, DuplicateSlug, ProductNotFound } from '../contract/refusals';
import { ArchiveProduct } from '../usecases/archive-product';
import { CreateProduct } from '../usecases/create-product';
import { EditProduct } from '../usecases/edit-product';
import { GetProduct, type Viewer } from '../usecases/get-product';
import { ListProducts } from '../usecases/list-products';
import { editorOf, viewerOf } from './callers';
import { choicesOf, NewProductDto, ProductChangesDto } from './product-input.dto';
import { ProductQuery, ProductViewQuery, questionOf } from './product-query.dto';
import { ProductDto } from './product.dto';
import { json, productPage, viewed, viewOf } from './product-page';

/** What a controller needs of a reply. */
interface Reply {
  header(name: string, value: string): unknown;
}

@Controller('products')
export class ProductsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Public()
  @ApiTags('Browse the catalogue')
  @Operation({ summary: 'Products on sale, filtered, sorted and by pages', answers: pageOf(ProductDto) })
  @Header(...json)
  async listProducts(@Query() query: ProductQuery): Promise<string> {
    const slice = sliceOf(query);
    const page = await this.queries.execute(new ListProducts(questionOf(query, slice)));
    return productPage(page, slice, await viewOf(this.queries, query, page.rows));
  }

  @Get(':idOrSlug')
  @Public()
  @ApiTags('Browse the catalogue')
  @Operation({ summary: 'A product, with the stock of this moment', answers: ProductDto, refuses: [ProductNotFound] })
  async getProduct(
    @Param('idOrSlug') idOrSlug: string,
    @Query() query: ProductViewQuery,
    @CurrentCaller() caller: Caller | undefined,
  ): Promise<ProductDto> {
    return this.show(idOrSlug, viewerOf(caller), query);
  }

  @Post()
  @Allow('admin')
  @ApiTags('Manage the catalogue')
  @Operation({ summary: 'Create a product', status: 201, answers: ProductDto, refuses: [DuplicateSku, DuplicateSlug] })
  async createProduct(@Body() body: NewProductDto, @Res({ passthrough: true }) reply: Reply): Promise<ProductDto> {
    const { images = [], options = [], isActive = true, variants = [] } = body;
    const said = variants.map((variant) => ({
      sku: variant.sku,
      options: choicesOf(variant.options),
      price: variant.price === undefined ? body.basePrice : variant.price,
      stock: variant.stock ?? 0,
      images: variant.images ?? [],
    }));
    const id = await this.commands.execute(new CreateProduct({ ...body, images, options, isActive, variants: said }));
    void reply.header('Location', `/api/products/${id}`);
    return this.show(id, { kind: 'admin' });
  }

  @Patch(':id')
  @RequiresIfMatch()
  @Allow('admin', 'vendor')
  @ApiTags('Manage the catalogue')
  @Operation({
    summary: 'Change a product; vendors their own',
    answers: ProductDto,
    refuses: [ProductNotFound, DuplicateSku, DuplicateSlug, Forbidden, PreconditionFailed],
  })
  async updateProduct(
    @Param('id') productId: string,
    @Body() changes: ProductChangesDto,
    @CurrentCaller() caller: Caller,
    @IfMatch() expected: number | undefined,
  ): Promise<ProductDto> {
    await this.commands.execute(new EditProduct({ target: { productId, editor: editorOf(caller), expected }, changes: { ...changes } }));
    return this.show(productId, viewerOf(caller));
  }

  @Delete(':id')
  @RequiresIfMatch()
  @Allow('admin')
  @ApiTags('Manage the catalogue')
  @Operation({ summary: 'Archive a product: the public no longer sees it', status: 204, refuses: [ProductNotFound, PreconditionFailed] })
  async archiveProduct(
    @Param('id') productId: string,
    @CurrentCaller() caller: Caller,
    @IfMatch() expected: number | undefined,
  ): Promise<void> {
    await this.commands.execute(new ArchiveProduct({ target: { productId, editor: editorOf(caller), expected } }));
  }

  private async show(idOrSlug: string, viewer: Viewer, query: ProductViewQuery = {}): Promise<ProductDto> {
    const product = await this.queries.execute(new GetProduct({ idOrSlug, viewer }));
    const stockRevision = product.variants.reduce((sum, variant) => sum + variant.stockRevision, 0);
    const view = await viewOf(this.queries, query, [product]);
    // Categories above it move without the product being edited, so with them it has no version.
    return view.ancestors ? viewed(product, view) : tagged(viewed(product, view), product.revision, stockRevision);
  }
}

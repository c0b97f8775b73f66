import { Body, Controller, Delete, Get, Header, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import {
  Allow,
  CurrentCaller,
  Forbidden,
  IfMatch,
  Operation,
  PathParameters,
  PreconditionFailed,
  RequiresIfMatch,
  Public,
  sliceOf,
  Unauthenticated,
  type ReplyHeaders,
  type Caller,
  StaleVersion,
} from '@cartwright/platform';
import { DuplicateSku, DuplicateSlug, ProductNotFound } from '../contract/refusals';
import { house } from '../model/house';
import { ArchiveProduct } from '../usecases/archive-product';
import { CreateProduct } from '../usecases/create-product';
import { EditProduct } from '../usecases/edit-product';
import { GetProduct, type Viewer } from '../usecases/get-product';
import { ListProducts } from '../usecases/list-products';
import { editorOf, viewerOf } from './callers';
import { choicesOf, NewProductDto, ProductChangesDto } from './product-input.dto';
import { ProductPageDto } from './facets.dto';
import { filterIn, ProductQuery, ProductViewQuery, questionOf } from './product-query.dto';
import { ProductDto } from './product.dto';
import { cachedBriefly, facetsBeside, json, productPage, taggedProduct, viewed, viewOf } from './product-page';

@PathParameters({
  id: { description: 'Id of the product.', example: '6565f0c2a1b2c3d4e5f60718' },
})
@Controller('products')
export class ProductsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Public()
  @ApiTags('Browse the catalogue')
  @Operation({
    summary: 'Products on sale, filtered, sorted and by pages',
    description:
      'Only products on sale. Filters are joined: one variant must fulfil all that concern variants. The stock shown may lag a moment; the product itself has it exactly.',
    answers: ProductPageDto,
  })
  @Header(...json)
  @Header(...cachedBriefly)
  async listProducts(@Query() query: ProductQuery): Promise<string> {
    const slice = sliceOf(query);
    const [page, facets] = await Promise.all([
      this.queries.execute(new ListProducts(questionOf(query, slice))),
      facetsBeside(this.queries, query, filterIn(query)),
    ]);
    return productPage(page, slice, await viewOf(this.queries, query, page.rows), facets);
  }

  @Get(':id')
  @PathParameters({ id: { description: 'Id or slug of the product.', example: 'harbour-stoneware-mug' } })
  @Public({ badToken: 'refused' })
  @ApiTags('Browse the catalogue')
  @Operation({
    summary: 'A product, with the stock of this moment',
    description: 'By id or by slug. Admins and its vendor see it even while it is not on sale.',
    answers: ProductDto,
    refuses: [ProductNotFound, Unauthenticated],
    tagged: true,
  })
  async getProduct(
    @Param('id') idOrSlug: string,
    @Query() query: ProductViewQuery,
    @CurrentCaller() caller: Caller | undefined,
  ): Promise<ProductDto> {
    return this.show(idOrSlug, viewerOf(caller), query);
  }

  @Post()
  @Allow('admin', 'vendor')
  @ApiTags('Manage the catalogue')
  @Operation({
    summary: 'Create a product; vendors propose one',
    description:
      'Without `options` and `variants` it has one variant, with `sku` and `stock`. With `isActive: false` nobody but admins and its vendor sees it yet. `vendor` is an account with the role vendor. ' +
      'What a vendor creates is its own and not on sale (to say otherwise is refused) until an admin changes it to `isActive: true`.',
    status: 201,
    answers: ProductDto,
    refuses: [DuplicateSku, DuplicateSlug, Forbidden],
    tagged: true,
    location: 'the product',
    example: {
      name: 'Stoneware mug',
      description: 'Holds a third of a litre.',
      brand: 'North Pottery',
      category: 'kitchen',
      images: ['/images/mug.jpg'],
      basePrice: 1999,
      currency: 'USD',
      vendor: house.id,
      options: [{ name: 'Size', values: ['S', 'M', 'L'] }],
      variants: [
        { sku: 'MUG-BLUE-S', options: { Size: 'S' }, stock: 25 },
        { sku: 'MUG-BLUE-M', options: { Size: 'M' }, price: 2199, stock: 25 },
      ],
    },
  })
  async createProduct(
    @Body() body: NewProductDto,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<ProductDto> {
    const { images = [], options = [], variants = [] } = body;
    const said = variants.map((variant) => ({
      sku: variant.sku,
      options: choicesOf(variant.options),
      price: variant.price === undefined ? body.basePrice : variant.price,
      stock: variant.stock ?? 0,
      images: variant.images ?? [],
    }));
    const id = await this.commands.execute(new CreateProduct({ ...body, images, options, variants: said, creator: editorOf(caller) }));
    void reply.header('Location', `/api/products/${id}`);
    return this.show(id, viewerOf(caller));
  }

  @Patch(':id')
  @RequiresIfMatch()
  @Allow('admin', 'vendor')
  @ApiTags('Manage the catalogue')
  @Operation({
    summary: 'Change a product; vendors their own',
    description:
      'Only what is given is changed. Variants have routes of their own. Carts keep the price that they were shown, with a warning.',
    answers: ProductDto,
    refuses: [ProductNotFound, DuplicateSku, DuplicateSlug, Forbidden, PreconditionFailed, StaleVersion],
    tagged: true,
    example: { description: 'Holds half a litre.', basePrice: 2199 },
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
  @Operation({
    summary: 'Archive a product: the public no longer sees it',
    description: 'Nothing of it is deleted: orders still show it. Carts that have it are told.',
    status: 204,
    refuses: [ProductNotFound, PreconditionFailed, StaleVersion],
  })
  async archiveProduct(
    @Param('id') productId: string,
    @CurrentCaller() caller: Caller,
    @IfMatch() expected: number | undefined,
  ): Promise<void> {
    await this.commands.execute(new ArchiveProduct({ target: { productId, editor: editorOf(caller), expected } }));
  }

  private async show(idOrSlug: string, viewer: Viewer, query: ProductViewQuery = {}): Promise<ProductDto> {
    const product = await this.queries.execute(new GetProduct({ idOrSlug, viewer }));
    const view = await viewOf(this.queries, query, [product]);
    // Categories above it move without the product being edited, so with them it has no version.
    return view.ancestors ? viewed(product, view) : taggedProduct(viewed(product, view), product);
  }
}

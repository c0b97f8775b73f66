import { Body, Controller, Delete, Param, Patch, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import {
  Allow,
  CurrentCaller,
  IfMatch,
  Operation,
  PathParameters,
  PreconditionFailed,
  RequiresIfMatch,
  type Caller,
  StaleVersion,
} from '@cartwright/platform';
import { DuplicateSku, LastVariant, ProductNotFound, VariantNotFound } from '../contract/refusals';
import { AddVariant, EditVariant, RemoveVariant } from '../usecases/edit-variants';
import { GetProduct } from '../usecases/get-product';
import type { EditTarget } from '../usecases/product-editing';
import { editorOf, viewerOf } from './callers';
import { choicesOf, NewVariantDto, VariantChangesDto } from './product-input.dto';
import { taggedProduct } from './product-page';
import { ProductDto } from './product.dto';

/** The variants of a product; each answer shows the whole product. */
@ApiTags('Manage the catalogue')
@Allow('admin', 'vendor')
@PathParameters({
  id: { description: 'Id of the product.', example: '6565f0c2a1b2c3d4e5f60718' },
  variantId: { description: 'Id of the variant.', example: '6565f0c2a1b2c3d4e5f60718' },
})
@Controller('products/:id/variants')
export class VariantsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Operation({
    summary: 'Add a variant to a product',
    description: 'The answer is the whole product.',
    status: 201,
    answers: ProductDto,
    refuses: [ProductNotFound, DuplicateSku, PreconditionFailed, StaleVersion],
    tagged: true,
    example: { sku: 'MUG-BLUE-L', options: { Size: 'L' }, price: 2199, stock: 10 },
  })
  async addVariant(
    @Param('id') productId: string,
    @Body() body: NewVariantDto,
    @CurrentCaller() caller: Caller,
    @IfMatch() expected: number | undefined,
  ): Promise<ProductDto> {
    const { sku, price, images = [], stock = 0 } = body;
    const variant = { sku, price, images, stock, options: choicesOf(body.options) };
    await this.commands.execute(new AddVariant({ target: targetOf(productId, caller, expected), variant }));
    return this.show(productId, caller);
  }

  @Patch(':variantId')
  @RequiresIfMatch()
  @Operation({
    summary: 'Change a variant',
    description: '`stock` is what was counted on hand; a new `sku` has the stock that inventory knows of it.',
    answers: ProductDto,
    refuses: [ProductNotFound, VariantNotFound, DuplicateSku, PreconditionFailed, StaleVersion],
    tagged: true,
    example: { price: 2199 },
  })
  async updateVariant(
    @Param() { id, variantId }: { readonly id: string; readonly variantId: string },
    @Body() body: VariantChangesDto,
    @CurrentCaller() caller: Caller,
    @IfMatch() expected: number | undefined,
  ): Promise<ProductDto> {
    const { sku, price, images, stock } = body;
    const options = body.options && choicesOf(body.options);
    const target = targetOf(id, caller, expected);
    await this.commands.execute(new EditVariant({ target, variantId, changes: { sku, price, images, stock, options } }));
    return this.show(id, caller);
  }

  @Delete(':variantId')
  @RequiresIfMatch()
  @Operation({
    summary: 'Remove a variant',
    description: 'Only of a product with options; one without keeps its only variant: archive it instead.',
    status: 204,
    refuses: [ProductNotFound, VariantNotFound, LastVariant, PreconditionFailed, StaleVersion],
  })
  async removeVariant(
    @Param() { id, variantId }: { readonly id: string; readonly variantId: string },
    @CurrentCaller() caller: Caller,
    @IfMatch() expected: number | undefined,
  ): Promise<void> {
    await this.commands.execute(new RemoveVariant({ target: targetOf(id, caller, expected), variantId }));
  }

  private async show(productId: string, caller: Caller): Promise<ProductDto> {
    const product = await this.queries.execute(new GetProduct({ idOrSlug: productId, viewer: viewerOf(caller) }));
    return taggedProduct(ProductDto.of(product), product);
  }
}

function targetOf(productId: string, caller: Caller, expected: number | undefined): EditTarget {
  return { productId, editor: editorOf(caller), expected };
}

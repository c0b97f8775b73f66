import { Controller, Get, Header, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Allow, CurrentCaller, Operation, pageOf, sliceOf, type Caller } from '@cartwright/platform';
import { ListAllProducts } from '../usecases/list-all-products';
import { editorOf } from './callers';
import { json, productPage, viewOf } from './product-page';
import { BackOfficeProductQuery, filterIn } from './product-query.dto';
import { ProductDto } from './product.dto';

@Controller('admin/products')
export class AllProductsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Allow('admin', 'vendor')
  @ApiTags('Manage the catalogue')
  @Operation({
    summary: 'All products, on sale or not, newest first; vendors see their own',
    description:
      'What the public list hides as well: with `isActive=false` what is not on sale, as what vendors propose, and with `archived=true` what is archived. A vendor has its own ' +
      'products here, as far as they are not archived; to ask for others is refused. The stock shown may lag a moment; the product itself has it exactly.',
    answers: pageOf(ProductDto),
  })
  @Header(...json)
  async listAllProducts(@Query() query: BackOfficeProductQuery, @CurrentCaller() caller: Caller): Promise<string> {
    const slice = sliceOf(query);
    const question = { ...filterIn(query), backOffice: query.within(), sort: query.sort ?? '-createdAt', slice } as const;
    const page = await this.queries.execute(new ListAllProducts({ ...question, viewer: editorOf(caller) }));
    return productPage(page, slice, await viewOf(this.queries, query, page.rows));
  }
}

import { Body, Controller, Delete, Get, Header, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import {
  Allow,
  IfMatch,
  Operation,
  pageFrom,
  pageOf,
  PreconditionFailed,
  Public,
  RequiresIfMatch,
  sliceOf,
  tagged,
  type Page,
} from '@cartwright/platform';
import { CategoryCycle, CategoryInUse, CategoryNotFound, CategoryTooDeep, DuplicateCategory, DuplicateSlug } from '../contract/refusals';
import { CreateCategory, DeleteCategory, EditCategory } from '../usecases/edit-categories';
import { GetCategories, GetCategory, GetCategoryId } from '../usecases/get-categories';
import { ListProducts } from '../usecases/list-products';
import { CategoryChangesDto, CategoryDto, CategoryQuery, NewCategoryDto } from './category.dto';
import { ProductListQuery, questionOf } from './product-query.dto';
import { ProductDto } from './product.dto';
import { json, productPage, viewOf } from './product-page';

@Controller('categories')
export class CategoriesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Public()
  @ApiTags('Browse the catalogue')
  @Operation({ summary: 'Categories by name, flat and by pages, or with `tree=true` all as a tree', answers: pageOf(CategoryDto) })
  async listCategories(@Query() query: CategoryQuery): Promise<Page<CategoryDto>> {
    const slice = sliceOf(query);
    if (!query.tree) {
      const { rows, total } = await this.queries.execute(new GetCategories({ slice }));
      return pageFrom(rows.map(CategoryDto.of), total, slice);
    }
    const { rows, total } = await this.queries.execute(new GetCategories({}));
    return { data: CategoryDto.treeOf(rows), pagination: { limit: rows.length, total } };
  }

  @Get(':idOrSlug')
  @Public()
  @Operation({ summary: 'A category', answers: CategoryDto, refuses: [CategoryNotFound] })
  async getCategory(@Param('idOrSlug') idOrSlug: string): Promise<CategoryDto> {
    const category = await this.queries.execute(new GetCategory({ idOrSlug }));
    return tagged(CategoryDto.of(category), category.version);
  }

  @Get(':slug/products')
  @Public()
  @ApiTags('Browse the catalogue')
  @Operation({ summary: 'Products of a category and of all below it', answers: pageOf(ProductDto), refuses: [CategoryNotFound] })
  @Header(...json)
  async listCategoryProducts(@Param('slug') slug: string, @Query() query: ProductListQuery): Promise<string> {
    const category = await this.queries.execute(new GetCategoryId({ slug }));
    const slice = sliceOf(query);
    const page = await this.queries.execute(new ListProducts({ ...questionOf(query, slice), category }));
    return productPage(page, slice, await viewOf(this.queries, query, page.rows));
  }

  @Post()
  @Allow('admin')
  @ApiTags('Manage the catalogue')
  @Operation({
    summary: 'Create a category',
    status: 201,
    answers: CategoryDto,
    refuses: [DuplicateCategory, DuplicateSlug, CategoryTooDeep],
  })
  async createCategory(
    @Body() body: NewCategoryDto,
    @Res({ passthrough: true }) reply: { header(name: string, value: string): unknown },
  ): Promise<CategoryDto> {
    const category = await this.commands.execute(new CreateCategory({ ...body }));
    void reply.header('Location', `/api/categories/${category.slug}`);
    return tagged(CategoryDto.of(category), category.version);
  }

  @Patch(':id')
  @RequiresIfMatch()
  @Allow('admin')
  @ApiTags('Manage the catalogue')
  @Operation({
    summary: 'Rename or move a category; its products follow',
    answers: CategoryDto,
    refuses: [CategoryNotFound, DuplicateCategory, DuplicateSlug, CategoryCycle, CategoryTooDeep, PreconditionFailed],
  })
  async updateCategory(
    @Param('id') id: string,
    @Body() body: CategoryChangesDto,
    @IfMatch() expected: number | undefined,
  ): Promise<CategoryDto> {
    const category = await this.commands.execute(new EditCategory({ ...body, id, expected }));
    return tagged(CategoryDto.of(category), category.version);
  }

  @Delete(':id')
  @RequiresIfMatch()
  @Allow('admin')
  @ApiTags('Manage the catalogue')
  @Operation({
    summary: 'Delete a category that nothing uses',
    status: 204,
    refuses: [CategoryNotFound, CategoryInUse, PreconditionFailed],
  })
  async deleteCategory(@Param('id') id: string, @IfMatch() expected: number | undefined): Promise<void> {
    await this.commands.execute(new DeleteCategory({ id, expected }));
  }
}

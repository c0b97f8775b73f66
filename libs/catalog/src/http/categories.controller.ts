import { Body, Controller, Delete, Get, Header, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import {
  Allow,
  IfMatch,
  InvalidInput,
  Operation,
  PathParameters,
  pageFrom,
  pageOf,
  PreconditionFailed,
  Public,
  RequiresIfMatch,
  sliceOf,
  tagged,
  type ReplyHeaders,
  type Page,
  StaleVersion,
} from '@cartwright/platform';
import { CategoryCycle, CategoryInUse, CategoryNotFound, CategoryTooDeep, DuplicateCategory, DuplicateSlug } from '../contract/refusals';
import { CreateCategory, DeleteCategory, EditCategory } from '../usecases/edit-categories';
import { GetCategories, GetCategory, GetCategoryId } from '../usecases/get-categories';
import { ListProducts } from '../usecases/list-products';
import { CategoryChangesDto, CategoryDto, CategoryQuery, NewCategoryDto } from './category.dto';
import { ProductPageDto } from './facets.dto';
import { filterIn, ProductListQuery, questionOf } from './product-query.dto';
import { cachedBriefly, facetsBeside, json, productPage, viewOf } from './product-page';

@PathParameters({
  id: { description: 'Id of the category.', example: '6565f0c2a1b2c3d4e5f60718' },
  slug: { description: 'Slug of the category.', example: 'kitchen' },
})
@Controller('categories')
export class CategoriesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Public()
  @ApiTags('Browse the catalogue')
  @Operation({
    summary: 'Categories by name, flat and by pages, or with `tree=true` all as a tree',
    description:
      'Flat by name and by pages, with `parentCategory` saying where each stands; or as a tree, all at once, beside which no page can be asked for.',
    answers: pageOf(CategoryDto),
  })
  @Header(...cachedBriefly)
  async listCategories(@Query() query: CategoryQuery): Promise<Page<CategoryDto>> {
    if (!query.tree) {
      const slice = sliceOf(query);
      const categories = await this.queries.execute(new GetCategories({ slice }));
      return pageFrom(categories, slice, CategoryDto.of);
    }
    refusePages(query);
    const { rows, total } = await this.queries.execute(new GetCategories({}));
    return { data: CategoryDto.treeOf(rows), pagination: { limit: rows.length, total } };
  }

  @Get(':id')
  @PathParameters({ id: { description: 'Id or slug of the category.', example: 'kitchen' } })
  @Public()
  @ApiTags('Browse the catalogue')
  @Operation({
    summary: 'A category',
    description: 'With the `ETag` that changing it needs.',
    answers: CategoryDto,
    refuses: [CategoryNotFound],
    tagged: true,
  })
  async getCategory(@Param('id') idOrSlug: string): Promise<CategoryDto> {
    const category = await this.queries.execute(new GetCategory({ idOrSlug }));
    return tagged(CategoryDto.of(category), category.version);
  }

  @Get(':slug/products')
  @Public()
  @ApiTags('Browse the catalogue')
  @Operation({
    summary: 'Products of a category and of all below it',
    description: 'Filtered, sorted and by pages as the list of all products.',
    answers: ProductPageDto,
    refuses: [CategoryNotFound],
  })
  @Header(...json)
  @Header(...cachedBriefly)
  async listCategoryProducts(@Param('slug') slug: string, @Query() query: ProductListQuery): Promise<string> {
    const category = await this.queries.execute(new GetCategoryId({ slug }));
    const slice = sliceOf(query);
    const [page, facets] = await Promise.all([
      this.queries.execute(new ListProducts({ ...questionOf(query, slice), category })),
      facetsBeside(this.queries, query, { ...filterIn(query), category }),
    ]);
    return productPage(page, slice, await viewOf(this.queries, query, page.rows), facets);
  }

  @Post()
  @Allow('admin')
  @ApiTags('Manage the catalogue')
  @Operation({
    summary: 'Create a category',
    description: 'The name is unique among those in the same place, the slug everywhere.',
    status: 201,
    answers: CategoryDto,
    refuses: [DuplicateCategory, DuplicateSlug, CategoryTooDeep],
    tagged: true,
    location: 'the category',
  })
  async createCategory(@Body() body: NewCategoryDto, @Res({ passthrough: true }) reply: ReplyHeaders): Promise<CategoryDto> {
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
    description: 'Only what is given is changed. A category cannot be moved below itself.',
    answers: CategoryDto,
    refuses: [CategoryNotFound, DuplicateCategory, DuplicateSlug, CategoryCycle, CategoryTooDeep, PreconditionFailed, StaleVersion],
    tagged: true,
    example: { name: 'Mugs and cups' },
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
    description: 'Refused while it has products or subcategories.',
    status: 204,
    refuses: [CategoryNotFound, CategoryInUse, PreconditionFailed, StaleVersion],
  })
  async deleteCategory(@Param('id') id: string, @IfMatch() expected: number | undefined): Promise<void> {
    await this.commands.execute(new DeleteCategory({ id, expected }));
  }
}

/** A tree that is cut somewhere is none. */
function refusePages(query: CategoryQuery): void {
  const asked = (['limit', 'page', 'cursor'] as const).filter((name) => query[name] !== undefined);
  const errors = asked.map((path) => ({ path, code: 'conflicting', message: `A tree comes all at once: give tree or ${path}, not both.` }));
  if (errors.length > 0) throw new InvalidInput({ errors });
}

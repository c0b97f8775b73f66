import { Flag, Id, ListOf, PageQuery, Text } from '@cartwright/platform';
import type { Category } from '../model/category';

export class CategoryDto {
  @Id()
  id!: string;
  @Text({ example: 'Mugs' })
  name!: string;
  @Text({ example: 'mugs' })
  slug!: string;
  @Id({ nullable: true, description: 'null: at the root.' })
  parentCategory!: string | null;
  @ListOf(() => CategoryDto, { optional: true, description: 'What stands below; with `tree=true` only.' })
  children?: CategoryDto[];

  static of({ id, name, slug, parentCategory }: Category): CategoryDto {
    return { id, name, slug, parentCategory: parentCategory ?? null };
  }

  /** Flat categories, in their order, as trees. */
  static treeOf(categories: readonly Category[]): CategoryDto[] {
    const nodes = new Map(categories.map((category) => [category.id, { ...CategoryDto.of(category), children: [] as CategoryDto[] }]));
    const roots: CategoryDto[] = [];
    for (const node of nodes.values()) (nodes.get(node.parentCategory ?? '')?.children ?? roots).push(node);
    return roots;
  }
}

export class CategoryQuery extends PageQuery {
  @Flag({
    optional: true,
    description: 'true: all of them in one answer, each with its children. Not together with limit, page and cursor.',
  })
  tree?: boolean;
}

const slug = { max: 100, pattern: /^(?![0-9a-f]{24}$)[a-z0-9]+(?:-[a-z0-9]+)*$/, optional: true, example: 'mugs' };

export class NewCategoryDto {
  @Text({ max: 200, example: 'Mugs' })
  name!: string;
  @Text({ ...slug, description: 'Made from the name when left out.' })
  slug?: string;
  @Id({ optional: true, nullable: true, description: 'Where it stands; at the root when left out.' })
  parentCategory?: string | null;
}

export class CategoryChangesDto {
  @Text({ max: 200, optional: true })
  name?: string;
  @Text(slug)
  slug?: string;
  @Id({ optional: true, nullable: true, description: 'null: at the root.' })
  parentCategory?: string | null;
}

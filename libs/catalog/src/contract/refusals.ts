import { refusal } from '@cartwright/kernel';

/** As it stands in examples. */
const id = '6565f0c2a1b2c3d4e5f60718';

export const ProductNotFound = refusal<{ product: string }>(
  'catalog.product_not_found',
  'not_found',
  ({ product }) => `There is no product ${product}.`,
  { product: 'stoneware-mug' },
);
export const VariantNotFound = refusal<{ variant: string }>(
  'catalog.variant_not_found',
  'not_found',
  ({ variant }) => `The product has no variant ${variant}.`,
  { variant: id },
);
export const CategoryNotFound = refusal<{ category: string }>(
  'catalog.category_not_found',
  'not_found',
  ({ category }) => `There is no category ${category}.`,
  { category: 'mugs' },
);
export const DuplicateSku = refusal<{ sku: string }>(
  'catalog.duplicate_sku',
  'conflict',
  ({ sku }) => `Another variant already has the SKU ${sku}.`,
  { sku: 'MUG-BLUE' },
);
export const DuplicateSlug = refusal<{ slug: string }>(
  'catalog.duplicate_slug',
  'conflict',
  ({ slug }) => `The slug ${slug} is already taken.`,
  { slug: 'stoneware-mug' },
);
export const DuplicateCategory = refusal<{ name: string }>(
  'catalog.duplicate_category',
  'conflict',
  ({ name }) => `There is already a category ${name} in the same place.`,
  { name: 'Mugs' },
);
export const CategoryInUse = refusal<{ products: number; subcategories: number }>(
  'catalog.category_in_use',
  'conflict',
  ({ products, subcategories }) => `The category is in use: it has ${products} products and ${subcategories} subcategories.`,
  { products: 12, subcategories: 2 },
);
export const CategoryCycle = refusal<{ category: string; parentCategory: string }>(
  'catalog.category_cycle',
  'conflict',
  () => 'A category cannot stand under itself or under one of its own descendants.',
  { category: id, parentCategory: id },
);
export const CategoryTooDeep = refusal<{ deepest: number }>(
  'catalog.category_too_deep',
  'conflict',
  ({ deepest }) => `Categories stand at most ${deepest} deep.`,
  { deepest: 10 },
);
export const LastVariant = refusal(
  'catalog.last_variant',
  'conflict',
  () => 'A product without options has exactly one variant; archive the product instead.',
);
export const UnreadableImport = refusal<{ reason: string }>(
  'catalog.unreadable_import',
  'invalid',
  ({ reason }) => `The catalogue cannot be read: ${reason}`,
  { reason: 'line 3 is not JSON.' },
);
export const ImportNotFound = refusal<{ import: string }>(
  'catalog.import_not_found',
  'not_found',
  ({ import: id }) => `There is no import ${id}.`,
  { import: id },
);
export const TooManyImports = refusal<{ most: number }>(
  'catalog.too_many_imports',
  'conflict',
  ({ most }) => `${most} imports are waiting, which is as many as may; send the next one when one of them is done.`,
  { most: 20 },
);

import { createHash } from 'node:crypto';
import { isCurrency, isMinorUnits } from '@cartwright/kernel';
import { deepest } from './category';
import { oneLine, withoutControls } from './plain-text';
import { lowestPrice, type Choice, type Option, type ProductContent, type VariantContent } from './product';
import { shapeProblems } from './product-rules';

/** A variant as a catalogue line gives it; `stock` only where the line says it. */
export interface ImportedVariant extends VariantContent {
  readonly stock?: number;
}

/** A product as a catalogue line gives it, cleaned and checked. */
export interface ImportedProduct extends ProductContent {
  /** The id it shall have when it is new; no file says one. */
  readonly id?: string;
  readonly externalId: string;
  readonly categoryPath: readonly string[];
  readonly variants: readonly ImportedVariant[];
  /** Whatever else the line says, as JSON. */
  readonly rest?: string;
  /** Whether it is on sale; where the line does not say it, new products are, and known ones stay as they are. */
  readonly isActive?: boolean;
}

/** Why a line is not taken. */
export class LineRefused extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly externalId?: string,
  ) {
    super(message);
  }
}

/** Where products without one go. A product must have a brand and a category; not every catalogue says them. */
export const fallbackBrand = 'Unbranded';
export const fallbackCategory = 'Uncategorised';

const kinds = new Set(['simple', 'configurable', 'downloadable', 'virtual']);
const most = { price: 1_000_000_000, stock: 1_000_000_000, variants: 500, options: 20, values: 500, images: 100 };
const longest = {
  externalId: 200,
  name: 300,
  brand: 200,
  category: 200,
  description: 20_000,
  sku: 100,
  option: 200,
  image: 2_000,
  rest: 100_000,
};

/** Reads a line of a catalogue. Throws {@link LineRefused}. */
export function readLine(text: string): ImportedProduct {
  if (text.trim() === '') throw new LineRefused('blank_line', 'The line is blank.');
  const line = parsed(text);
  const externalId = required(line['externalId'], 'externalId', 'missing_external_id', longest.externalId);
  try {
    return readProduct(line, externalId);
  } catch (error) {
    if (error instanceof LineRefused) throw new LineRefused(error.code, error.message, externalId);
    throw error;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function parsed(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new LineRefused('malformed_json', `The line is not JSON: ${(error as Error).message}`);
  }
  if (!isFields(value)) throw new LineRefused('not_an_object', 'The line is not a JSON object.');
  return value;
}

function readProduct(line: Fields, externalId: string): ImportedProduct {
  const { type } = line;
  if (type !== undefined && type !== null && !kinds.has(type as string))
    throw new LineRefused(
      'unsupported_type',
      `Products of the type ${shown(type)} are not sold here, only single products and their variants.`,
    );
  const name = required(line['name'], 'name', 'missing_name', longest.name);
  const description = optional(line['description'], 'description', longest.description, withoutControls);
  const brand = optional(line['brand'], 'brand', longest.brand) || fallbackBrand;
  const options = list(line['options'], 'options', most.options).map(readOption);
  const given = list(line['variants'], 'variants', most.variants).map(asFields);
  if (given.length === 0) throw new LineRefused('missing_variants', 'The line has no variants, so there is nothing to buy.');
  const variants = given.map((variant) => readVariant(variant, externalId));
  const [problem] = shapeProblems({ options, variants });
  if (problem) throw new LineRefused(problem.code, problem.message);
  const rest = restOf(
    line,
    given.map((variant, index) => ({ ...variant, keptAs: variants[index]!.sku })),
  );
  const currency = currencyOf(given);
  const [images, categoryPath] = [imagesOf(line['images']), categoryPathOf(line['categoryPath'])];
  return {
    externalId,
    name,
    description,
    brand,
    options,
    variants,
    basePrice: lowestPrice(variants),
    currency,
    images,
    categoryPath,
    rest,
    isActive: flag(line['isActive']),
  };
}

function readOption(value: unknown): Option {
  const option = asFields(value);
  const name = required(option['name'], 'options.name', 'bad_option', longest.option);
  const values = list(option['values'], 'options.values', most.values).map((text) =>
    required(text, 'options.values', 'bad_option', longest.option),
  );
  return { name, values };
}

function readVariant(variant: Fields, externalId: string): ImportedVariant {
  const options = choicesOf(variant['options']);
  const { sku, price, stock } = variant;
  return {
    sku: sku === null || sku === undefined ? madeSku(externalId, options) : required(sku, 'variants.sku', 'bad_sku', longest.sku),
    options,
    price: price === null || price === undefined ? null : whole(price, 'bad_price', most.price),
    images: imagesOf(variant['images']),
    ...(stock === null || stock === undefined ? {} : { stock: whole(stock, 'bad_stock', most.stock) }),
  };
}

function choicesOf(value: unknown): Choice[] {
  if (value === null || value === undefined) return [];
  if (!isFields(value)) throw new LineRefused('bad_option', "A variant's options are an object of names and values.");
  return Object.entries(value).map(([name, choice]) => ({
    name: required(name, 'variants.options', 'bad_option', longest.option),
    value: required(choice, 'variants.options', 'bad_option', longest.option),
  }));
}

/** The same line always gives the same SKU: the product's key and, with options, a digest of the combination. */
export function madeSku(externalId: string, options: readonly Choice[]): string {
  const short = externalId.length <= 80 ? externalId : `${externalId.slice(0, 60)}-${digest(externalId)}`;
  if (options.length === 0) return short;
  const pairs = options.map(({ name, value }) => JSON.stringify([name, value])).sort();
  return `${short}-${digest(pairs.join())}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}

function currencyOf(variants: readonly Fields[]): string {
  const currencies = [...new Set(variants.map(({ currency }) => currency))];
  const [currency] = currencies;
  if (currencies.length > 1)
    throw new LineRefused('mixed_currencies', `A product has one currency, not ${currencies.map(shown).join(' and ')}.`);
  if (!isCurrency(currency)) throw new LineRefused('bad_currency', `${shown(currency)} is not a currency of ISO 4217.`);
  return currency;
}

function categoryPathOf(value: unknown): string[] {
  const names = list(value, 'categoryPath', deepest).map((name) => required(name, 'categoryPath', 'bad_category', longest.category));
  return names.length === 0 ? [fallbackCategory] : names;
}

function imagesOf(value: unknown): string[] {
  return list(value, 'images', most.images).map((image) => required(image, 'images', 'bad_image', longest.image));
}

/** What we have no field for is kept to be given back; what stands at a variant, with its SKU. */
function restOf(line: Fields, variants: readonly (Fields & { readonly keptAs: string })[]): string | undefined {
  const { type, attributes, categoryPaths, source } = line;
  const extras = variants.flatMap(({ keptAs, sku: _, options: __, price: ___, currency: ____, stock: _____, images: ______, ...extra }) =>
    Object.keys(extra).length === 0 ? [] : [{ ...extra, sku: keptAs }],
  );
  const text = JSON.stringify({ type, attributes, categoryPaths, source, ...(extras.length > 0 ? { variants: extras } : {}) });
  return text === '{}' || text.length > longest.rest ? undefined : text;
}

function flag(value: unknown): boolean | undefined {
  if (value === null || value === undefined || typeof value === 'boolean') return value ?? undefined;
  throw new LineRefused('bad_flag', `isActive is true or false, not ${shown(value)}.`);
}

function required(value: unknown, field: string, code: string, max: number): string {
  const text = typeof value === 'string' ? oneLine(value) : '';
  if (text === '') throw new LineRefused(code, `${field} must be a text and not empty, not ${shown(value)}.`);
  if (text.length > max) throw new LineRefused('text_too_long', `${field} has ${text.length} characters; ${max} are allowed.`);
  return text;
}

function optional(value: unknown, field: string, max: number, clean = oneLine): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'string') throw new LineRefused('bad_text', `${field} must be a text, not ${shown(value)}.`);
  const text = clean(value);
  if (text.length > max) throw new LineRefused('text_too_long', `${field} has ${text.length} characters; ${max} are allowed.`);
  return text;
}

function list(value: unknown, field: string, max: number): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw new LineRefused('bad_list', `${field} must be a list, not ${shown(value)}.`);
  if (value.length > max) throw new LineRefused('list_too_long', `${field} has ${value.length} entries; ${max} are allowed.`);
  return value;
}

function whole(value: unknown, code: string, max: number): number {
  if (!isMinorUnits(value) || value < 0 || value > max)
    throw new LineRefused(
      code,
      `${shown(value)} is not a whole number from 0 to ${max}${code === 'bad_price' ? ' (prices are in minor units)' : ''}.`,
    );
  return value;
}

function asFields(value: unknown): Fields {
  if (!isFields(value)) throw new LineRefused('not_an_object', `An option or a variant is ${shown(value)}, not an object.`);
  return value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : (JSON.stringify(value) ?? 'nothing').slice(0, 60);
}

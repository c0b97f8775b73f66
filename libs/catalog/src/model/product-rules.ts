import type { Choice, Option, ProductContent, VariantContent } from './product';

/** Something wrong with a product: where it stands, what kind of mistake it is, and what to do. */
export interface Problem {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

type Shape = Pick<ProductContent, 'options'> & { readonly variants: readonly Pick<VariantContent, 'sku' | 'options'>[] };

/**
 * What a product's options and variants break of the rules: a product without options has exactly one variant, two variants never have the
 * same combination or SKU, and they name only options and values that the product declares. Empty when all is well.
 */
export function shapeProblems({ options, variants }: Shape): Problem[] {
  return [...optionProblems(options), ...countProblems(options, variants.length), ...variantProblems(options, variants)];
}

function optionProblems(options: readonly Option[]): Problem[] {
  const names = new Set<string>();
  return options.flatMap(({ name, values }, index) => {
    const problems: Problem[] = [];
    if (names.has(name)) problems.push(at(`options.${index}.name`, 'duplicate_option', `The option ${name} is declared twice.`));
    names.add(name);
    if (values.length === 0) problems.push(at(`options.${index}.values`, 'empty_option', `The option ${name} has no values.`));
    if (new Set(values).size < values.length)
      problems.push(at(`options.${index}.values`, 'duplicate_value', `The option ${name} has a value twice.`));
    return problems;
  });
}

function countProblems(options: readonly Option[], variants: number): Problem[] {
  if (options.length > 0 || variants === 1) return [];
  return [at('variants', 'variants_without_options', `A product without options has exactly one variant, not ${variants}.`)];
}

function variantProblems(options: readonly Option[], variants: Shape['variants']): Problem[] {
  const declared = new Map(options.map(({ name, values }) => [name, new Set(values)]));
  const combinations = new Set<string>();
  const skus = new Set<string>();
  return variants.flatMap((variant, index) => {
    const path = `variants.${index}`;
    const problems = variant.options.flatMap((choice) => choiceProblems(path, choice, declared));
    const combination = combinationOf(variant.options);
    if (combinations.has(combination))
      problems.push(at(`${path}.options`, 'duplicate_combination', 'Two variants have the same combination of options.'));
    if (skus.has(variant.sku)) problems.push(at(`${path}.sku`, 'duplicate_sku', `Two variants have the SKU ${variant.sku}.`));
    combinations.add(combination);
    skus.add(variant.sku);
    return problems;
  });
}

function choiceProblems(path: string, { name, value }: Choice, declared: ReadonlyMap<string, ReadonlySet<string>>): Problem[] {
  const values = declared.get(name);
  if (!values) return [at(`${path}.options`, 'undeclared_option', `The product declares no option ${name}.`)];
  if (!values.has(value)) return [at(`${path}.options`, 'undeclared_value', `The option ${name} has no value ${value}.`)];
  return [];
}

/** A combination of choices as one text, whatever their order. */
export function combinationOf(choices: readonly Choice[]): string {
  const pairs = choices.map(({ name, value }) => JSON.stringify([name, value]));
  return pairs.sort().join();
}

function at(path: string, code: string, message: string): Problem {
  return { path, code, message };
}

import { readLine, type ImportedProduct } from '../model/import-line';
import { demoProducts, type DemoProduct } from './demo-products';

/** The demonstration products, read as lines of a catalogue file are, so that they take the way of every import. */
export function demoCatalogue(): ImportedProduct[] {
  return demoProducts.map((product) => ({ ...readLine(JSON.stringify(lineOf(product))), id: product.id }));
}

function lineOf({ key, name, text, brand, path, price, stock, options = {} }: DemoProduct): object {
  const variants = combinationsOf(Object.entries(options)).map((choices, index) => ({
    sku: [key, ...choices.map(([, value]) => value)]
      .join('-')
      .toUpperCase()
      .replace(/[^A-Z0-9]+/g, '-'),
    options: Object.fromEntries(choices),
    price: price + (options['Size'] ? surcharge(options['Size'], choices) : 0),
    currency: 'USD',
    stock: index % 5 === 4 ? 0 : stock,
    images: [],
  }));
  const declared = Object.entries(options).map(([option, values]) => ({ name: option, values }));
  const source = { dataset: 'cartwright-demo' };
  return { externalId: `demo-${key}`, name, description: text, brand, categoryPath: path, images: [], options: declared, variants, source };
}

/** Every way to choose one value of each option; one empty choice without options. */
function combinationsOf(options: readonly (readonly [string, readonly string[]])[]): [string, string][][] {
  return options.reduce<[string, string][][]>(
    (all, [name, values]) => all.flatMap((choices) => values.map((value): [string, string][] => [...choices, [name, value]])),
    [[]],
  );
}

/** The two largest sizes cost a little more: more material, more work. */
function surcharge(sizes: readonly string[], choices: readonly (readonly [string, string])[]): number {
  const size = choices.find(([name]) => name === 'Size')?.[1] ?? '';
  return sizes.indexOf(size) >= Math.max(2, sizes.length - 2) ? 400 : 0;
}

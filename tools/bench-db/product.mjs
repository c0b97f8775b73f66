const groups = 100;

/** About 1.5 KB, in the shape of a shop's product. */
export function product(number, documents) {
  return {
    _id: number,
    sku: `SKU-${String(number).padStart(8, '0')}`,
    name: `Product number ${number}, with a name of the usual length`,
    group: number % groups,
    rank: (number * 7919) % documents,
    counter: 0,
    price: 1000 + (number % 5000),
    tags: ['one', 'two', 'three', `tag-${number % 50}`],
    options: [
      { name: 'Size', values: ['S', 'M', 'L', 'XL'] },
      { name: 'Colour', values: ['Red', 'Green', 'Blue'] },
    ],
    createdAt: new Date(1_700_000_000_000 + number * 1000),
    description: 'lorem ipsum dolor sit amet '.repeat(36),
  };
}

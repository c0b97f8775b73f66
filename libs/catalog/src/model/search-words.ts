import { folded } from './slug';

/** Bounds of a search, so that no question costs more than a few index scans: words looked at, and letters of each. */
const mostWords = 8;
const longestWord = 40;
const mostStored = 60;

/** The words of a text, folded: letters and digits only, so that one can stand in an index bound as it is. */
export function wordsOf(text: string): string[] {
  return [...folded(text).matchAll(/[\p{L}\p{N}]+/gu)].map(([word]) => word.slice(0, longestWord));
}

/** What a product is found by: the words of its name, brand and category, and its SKUs. */
export function searchWordsOf(product: {
  readonly name: string;
  readonly brand: string;
  readonly categoryName: string;
  readonly skus: readonly string[];
}): string[] {
  const texts = [product.name, product.brand, product.categoryName, ...product.skus.slice(0, 20)];
  return [...new Set(texts.flatMap(wordsOf))].slice(0, mostStored);
}

/** The words asked for, the most telling (longest) first; each must begin a word of the product. */
export function wordsAsked(question: string): string[] {
  const words = [...new Set(wordsOf(question))].sort((a, b) => b.length - a.length);
  return words.slice(0, mostWords);
}

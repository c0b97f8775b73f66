import { isId } from '@cartwright/kernel';

const longest = 100;
/** Letters that Unicode does not take apart into a plain letter and a mark. */
const letters: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', þ: 'th', ł: 'l', ı: 'i' };

/** A text in lower case without accents, for comparing and sorting names. */
export function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[ßæœøđðþłı]/g, (letter) => letters[letter] ?? letter);
}

/** A name as it stands in an address: `Crème brûlée (6 pcs)` is `creme-brulee-6-pcs`. Empty when nothing of the name can stand there. */
export function slugOf(name: string): string {
  return folded(name)
    .replace(/['’]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longest)
    .replace(/^-+|-+$/g, '');
}

/** Whether a text may be a slug: lower-case letters, digits and single hyphens, and not mistakable for an id. */
export function isSlug(text: string): boolean {
  return text.length <= longest && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text) && !isId(text);
}

/**
 * The slugs that something may get, best first: the texts one by one, and then the first of them with a number. The caller takes the first one
 * that is free. `fallback` stands in when nothing of the texts can stand in an address.
 */
export function slugCandidates(texts: readonly string[], fallback: string, numbered = 20): string[] {
  const slugs = texts.map(slugOf).filter(isSlug);
  const first = slugs[0] ?? fallback;
  const stem = first.slice(0, longest - 4).replace(/-+$/, '');
  return [...new Set([...slugs, first, ...Array.from({ length: numbered }, (_, index) => `${stem}-${index + 2}`)])];
}

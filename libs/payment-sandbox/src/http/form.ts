import { badParam } from './refusal';

/** A decoded form: texts, and hashes by name (an array is a hash with its positions as names). */
export type Raw = string | RawHash;
export interface RawHash {
  [name: string]: Raw;
}

const DEEPEST = 8;

/** Decodes `a=1&b[c]=2&d[0]=3&d[]=4` (Stripe's API reference, request bodies are form-encoded). */
export function decodeForm(text: string): RawHash {
  const root = emptyHash();
  if (text === '') return root;
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decodePart(equals < 0 ? pair : pair.slice(0, equals));
    place(root, pathOf(name), equals < 0 ? '' : decodePart(pair.slice(equals + 1)), name);
  }
  return root;
}

function emptyHash(): RawHash {
  // No prototype: a parameter may be called `__proto__` or `constructor`, and is then only unknown.
  return Object.create(null) as RawHash;
}

function decodePart(text: string): string {
  try {
    return text.includes('%') || text.includes('+') ? decodeURIComponent(text.replaceAll('+', ' ')) : text;
  } catch {
    throw badParam('Invalid form encoding: the body is not valid UTF-8.', 'body');
  }
}

function pathOf(name: string): string[] {
  const bracket = name.indexOf('[');
  if (bracket < 0) return [name];
  const rest = name.slice(bracket);
  if (!/^(\[[^[\]]*\])+$/.test(rest)) throw badParam(`Invalid parameter name: ${name}`, name, 'parameter_unknown');
  return [name.slice(0, bracket), ...rest.slice(1, -1).split('][')];
}

function place(root: RawHash, path: readonly string[], value: string, name: string): void {
  if (path.length > DEEPEST) throw badParam(`Too many levels: ${name}`, name);
  let hash = root;
  for (let level = 0; level < path.length - 1; level += 1) {
    const step = path[level] === '' ? String(Object.keys(hash).length) : (path[level] as string);
    const inner = hash[step] ?? (hash[step] = emptyHash());
    if (typeof inner === 'string') throw badParam(`Invalid hash: ${name}`, path[0] as string);
    hash = inner;
  }
  const last = path[path.length - 1] as string;
  const step = last === '' ? String(Object.keys(hash).length) : last;
  hash[step] = value;
}

import { fail } from '../errors';
import { isIndex } from '../values/paths';

/** Takes an update path apart. Errors: 56 EmptyFieldName, 2 for positional parts where none may be. */
export function updatePath(path: string): string[] {
  if (path === '') throw fail('EmptyFieldName', 'An empty update path is not valid.');
  if (path.includes('\0')) throw fail('BadValue', `The update path '${path}' cannot contain an embedded null byte`);
  const parts = path.split('.');
  if (parts.includes('')) throw fail('EmptyFieldName', `The update path '${path}' contains an empty field name, which is not allowed.`);
  if (isPositional(parts[0]!)) throw fail('BadValue', `Cannot have positional (i.e. '$') element in the first position in path '${path}'`);
  if (parts.filter((part) => part === '$').length > 1)
    throw fail('BadValue', `Too many positional (i.e. '$') elements found in path '${path}'`);
  return parts;
}

/** `$`, `$[]` and `$[name]` stand for elements of an array; any other part, with a dollar or without, is a field's name. */
export function isPositional(part: string): boolean {
  return part === '$' || (part.startsWith('$[') && part.endsWith(']'));
}

/** The paths an update has used so far: no path may be another, or lead into it. Error: 40 ConflictingUpdateOperators. */
export class UsedPaths {
  private readonly taken = new Set<string>();
  private readonly prefixes = new Set<string>();

  add(path: string, parts: readonly string[]): void {
    const conflict = this.prefixes.has(path) ? path : prefixesOf(parts).find((prefix) => this.taken.has(prefix));
    if (conflict !== undefined) {
      throw fail('ConflictingUpdateOperators', `Updating the path '${path}' would create a conflict at '${conflict}'`);
    }
    this.taken.add(path);
    for (const prefix of prefixesOf(parts)) this.prefixes.add(prefix);
  }
}

function prefixesOf(parts: readonly string[]): string[] {
  return parts.map((_part, i) => parts.slice(0, i + 1).join('.'));
}

/** The order in which MongoDB carries out an update, and so adds new fields: by name, indexes by number. */
export function comparePaths(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const [left, right] = [a[i]!, b[i]!];
    if (left === right) continue;
    if (isIndex(left) && isIndex(right)) return Number(left) - Number(right);
    return left < right ? -1 : 1;
  }
  return a.length - b.length;
}

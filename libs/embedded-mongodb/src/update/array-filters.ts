import { isDocument, type Document } from '../bson/document';
import { show } from '../bson/show';
import { fail } from '../errors';
import type { Collation } from '../values/collation';
import { compileFilter, type Predicate } from '../query/matcher';

/** The filters of `$[identifier]`, by identifier. */
export class ArrayFilters {
  private readonly predicates = new Map<string, Predicate>();
  private readonly used = new Set<string>();

  /** Errors: 9 FailedToParse for a filter without one single top-level name, or two for the same. */
  constructor(filters: readonly Document[], collation?: Collation) {
    for (const filter of filters) {
      const predicate = compileFilter(filter, { collation, within: 'arrayFilters' });
      const identifier = identifierOf(filter);
      if (this.predicates.has(identifier))
        throw fail('FailedToParse', `Found multiple array filters with the same top-level field name ${identifier}`);
      if (!/^[a-z][A-Za-z0-9]*$/.test(identifier)) {
        throw fail(
          'BadValue',
          `Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${identifier}'`,
        );
      }
      this.predicates.set(identifier, predicate);
    }
  }

  passes(identifier: string, element: unknown): boolean {
    return this.predicates.get(identifier)!({ [identifier]: element });
  }

  /** Notes which filters a path names. Error: 9 for one that is not there. */
  use(parts: readonly string[], path: string): void {
    for (const part of parts) {
      const identifier = part.startsWith('$[') ? part.slice(2, -1) : '';
      if (identifier === '') continue;
      if (!this.predicates.has(identifier))
        throw fail('BadValue', `No array filter found for identifier '${identifier}' in path '${path}'`);
      this.used.add(identifier);
    }
  }

  /** Error: 9 for a filter that no path names. */
  checkAllUsed(update: Document): void {
    const idle = [...this.predicates.keys()].find((identifier) => !this.used.has(identifier));
    if (idle !== undefined)
      throw fail('FailedToParse', `The array filter for identifier '${idle}' was not used in the update ${show(update)}`);
  }
}

function identifierOf(filter: unknown): string {
  if (!isDocument(filter)) throw fail('TypeMismatch', 'arrayFilters must be an array of objects');
  const names = new Set(topNames(filter));
  if (names.size === 0) throw fail('FailedToParse', 'Cannot use an expression without a top-level field name in arrayFilters');
  const [first, second] = names;
  if (second !== undefined) {
    throw fail(
      'FailedToParse',
      `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${first}' and '${second}'`,
    );
  }
  return first!;
}

function topNames(filter: Document): string[] {
  return Object.entries(filter).flatMap(([name, operand]) => {
    if (!name.startsWith('$')) return [name.split('.', 1)[0]!];
    return Array.isArray(operand) ? operand.filter(isDocument).flatMap(topNames) : [];
  });
}

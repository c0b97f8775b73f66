import { getField, isArray, isDocument, setField, type Document } from '../bson/document';
import { show } from '../bson/show';
import { typeName } from '../bson/types';
import { fail } from '../errors';
import { identicalValues } from '../values/compare';
import { isIndex } from '../values/paths';
import { describeWrites, type UpdateDescription } from './description';
import { removed, type Modifier, type ModifierContext } from './modifier';
import { isPositional } from './update-paths';

/** What the parts of a path that are not plain names stand for. */
export interface ArrayPositions {
  /** The index of the positional `$`. Error: 2 when the query gave none. */
  matched(): number;
  /** Whether the element, as it was before the update, passes the array filter. */
  passes(identifier: string, element: unknown): boolean;
}

/** A modifier and where it applies. */
interface Change {
  readonly parts: readonly string[];
  readonly modifier: Modifier;
}

/** MongoDB refuses to pad an array further than this with nulls. */
const MAX_PADDING = 1_500_000;

/** A document being changed: containers are copied when first written to, so the original stays as it was. */
export class Draft {
  private readonly own = new Set<object>();
  private extended: Set<object> | undefined;
  private readonly roots: string[] = [];
  private root: Document;

  constructor(
    private readonly original: Document,
    private readonly positions: ArrayPositions,
    private readonly now: Date,
  ) {
    this.root = original;
  }

  get document(): Document {
    return this.root;
  }

  get changed(): boolean {
    return this.root !== this.original;
  }

  describe(): UpdateDescription {
    return describeWrites(this.original, this.root, { roots: this.roots, copied: this.own, extended: this.extended });
  }

  /** Applies a modifier at a path. Errors: 28 PathNotViable, 2 for positional parts where there is no array. */
  apply(parts: readonly string[], modifier: Modifier): void {
    this.roots.push(parts[0]!);
    this.root = this.edit(this.root, { parts, modifier }, []) as Document;
  }

  /** Changes what is below the container at the end of the trail; answers it, or its copy. */
  private edit(container: object, change: Change, trail: readonly string[]): object {
    const part = change.parts[trail.length]!;
    if (!isPositional(part)) return this.editChild(container, part, change, trail);
    if (!isArray(container)) throw this.notAnArray(container, trail);
    const indexes = this.indexesFor(part, container, trail);
    return indexes.reduce<object>((current, index) => this.editChild(current, String(index), change, trail), container);
  }

  private indexesFor(part: string, array: unknown[], trail: readonly string[]): number[] {
    if (part === '$') return [this.positions.matched()];
    const all = [...array.keys()];
    const identifier = part.slice(2, -1);
    if (identifier === '') return all;
    // Filters see the elements as they were, whatever an operator before this one has done to them.
    const before = trail.reduce<unknown>(childOf, this.original);
    return all.filter((index) => this.positions.passes(identifier, isArray(before) && index in before ? before[index] : array[index]));
  }

  private editChild(container: object, name: string, change: Change, trail: readonly string[]): object {
    const { parts, modifier } = change;
    if (isArray(container) && !isIndex(name)) {
      if (!modifier.creates && !modifier.mustReach) return container;
      throw fail('PathNotViable', `Cannot create field '${name}' in element {${trail.at(-1)}: ${show(container)}}`);
    }
    const current = childOf(container, name);
    const path = [...trail, name];
    if (path.length === parts.length) {
      const next = modifier.apply(current, this.context(path));
      if (modifier.appends && isArray(current) && current.length > 0) (this.extended ??= new Set()).add(next as object);
      return this.write(container, name, current, next);
    }
    const child = this.descend(current, change, path);
    return child === current ? container : this.assign(container, name, child);
  }

  /** What the value at the end of the path becomes when the rest of the change is applied below it. */
  private descend(current: unknown, change: Change, path: readonly string[]): unknown {
    if (isDocument(current) || isArray(current)) return this.edit(current, change, path);
    const { parts, modifier } = change;
    const next = parts[path.length]!;
    if (current !== undefined) {
      if (isPositional(next)) throw this.notAnArray(current, path);
      if (!modifier.creates && !modifier.mustReach) return current;
      throw fail('PathNotViable', `Cannot create field '${next}' in element {${path.at(-1)}: ${show(current)}}`);
    }
    const positional = parts.findIndex((part, i) => i >= path.length && isPositional(part));
    if (positional >= 0 && modifier.creates) throw this.missingArray(parts, positional);
    if (positional >= 0 || !modifier.creates) return undefined;
    const child = this.edit(this.fresh({}), change, path);
    return Object.keys(child).length === 0 ? undefined : child;
  }

  private context(path: readonly string[]): ModifierContext {
    return { path: path.join('.'), document: this.original, now: this.now };
  }

  private write(container: object, name: string, current: unknown, next: unknown): object {
    if (next === removed) return this.remove(container, name);
    if (next === undefined || identicalValues(current, next)) return container;
    return this.assign(container, name, next);
  }

  private remove(container: object, name: string): object {
    // Taking an element out would move the others: it becomes null.
    if (isArray(container)) return this.assign(container, name, null);
    const owned = this.owned(container) as Document;
    delete owned[name];
    return owned;
  }

  private assign(container: object, name: string, value: unknown): object {
    const owned = this.owned(container);
    if (!isArray(owned)) {
      setField(owned as Document, name, value);
      return owned;
    }
    const index = Number(name);
    if (index - owned.length > MAX_PADDING) throw fail('BadValue', `can't backfill more than ${MAX_PADDING} elements`);
    while (owned.length < index) owned.push(null);
    owned[index] = value;
    return owned;
  }

  private owned(container: object): object {
    if (this.own.has(container)) return container;
    return this.fresh(isArray(container) ? [...container] : { ...container });
  }

  private fresh(container: object): object {
    this.own.add(container);
    return container;
  }

  private notAnArray(container: unknown, trail: readonly string[]): Error {
    return fail(
      'BadValue',
      `Cannot apply array updates to non-array element ${trail.at(-1)}: ${show(container)} (type ${typeName(container)})`,
    );
  }

  private missingArray(parts: readonly string[], at: number): Error {
    return fail('BadValue', `The path '${parts.slice(0, at).join('.')}' must exist in the document in order to apply array updates.`);
  }
}

function childOf(container: unknown, name: string): unknown {
  if (isArray(container)) return isIndex(name) ? container[Number(name)] : undefined;
  return isDocument(container) ? getField(container, name) : undefined;
}

import { getField, isDocument, setField, type Document } from '../bson/document';
import { failAt } from '../errors';

/** Computes a field from the whole document; undefined leaves the field out. */
export type Computation = (root: Document) => unknown;

/** What a projection does with one field. */
export type Leaf =
  | { readonly kind: 'include' }
  | { readonly kind: 'exclude' }
  /** A new value from the whole document. */
  | {
      readonly kind: 'compute';
      readonly compute: Computation;
      /** Does not say whether the other fields stay ($meta). */
      readonly neutral?: boolean;
    }
  /** The field's own value, reshaped where it stands ($slice, positional). */
  | { readonly kind: 'reshape'; readonly reshape: (value: unknown, root: Document) => unknown }
  /** The field's own value, reshaped and moved behind the included fields ($elemMatch). */
  | { readonly kind: 'pick'; readonly pick: (value: unknown, root: Document) => unknown };

/** The paths of a projection as a tree, in the order they were named. */
export class Branch {
  readonly children = new Map<string, Branch | Leaf>();
  /** Whether anything below is computed, so that it has to be made even where the document has nothing. */
  computes = false;

  /** Puts a leaf at a path. Errors: 31249, 31250 for paths that collide. */
  put(parts: readonly string[], leaf: Leaf, path = parts.join('.'), step = 0): void {
    if (leaf.kind === 'compute' || leaf.kind === 'pick') this.computes = true;
    const name = parts[step]!;
    const child = this.children.get(name);
    if (step === parts.length - 1) {
      if (child) throw failAt(31250, `Path collision at ${path}`);
      this.children.set(name, leaf);
      return;
    }
    if (child && !(child instanceof Branch))
      throw failAt(31249, `Path collision at ${path} remaining portion ${parts.slice(step + 1).join('.')}`);
    const branch = child ?? new Branch();
    this.children.set(name, branch);
    branch.put(parts, leaf, path, step + 1);
  }
}

/** Keeps the named fields in the document's order, then adds the computed ones in the projection's. */
export function include(document: Document, branch: Branch, root: Document): Document {
  const out: Document = {};
  for (const name of Object.keys(document)) {
    const child = branch.children.get(name);
    if (!child) continue;
    const value = keep(document[name], child, root);
    if (value !== undefined) setField(out, name, value);
  }
  return branch.computes ? compute(out, branch, root, document) : out;
}

function keep(value: unknown, child: Branch | Leaf, root: Document): unknown {
  if (child instanceof Branch) return includeBelow(value, child, root);
  if (child.kind === 'include') return value;
  return child.kind === 'reshape' ? child.reshape(value, root) : undefined;
}

function includeBelow(value: unknown, branch: Branch, root: Document): unknown {
  if (Array.isArray(value)) return value.map((element) => includeBelow(element, branch, root)).filter((element) => element !== undefined);
  if (isDocument(value)) return include(value, branch, root);
  // A scalar in the way of a computed path gives way to a document.
  return branch.computes ? include({}, branch, root) : undefined;
}

/** Adds the computed fields to a copy: existing ones keep their place, new ones come last. */
export function compute(document: Document, branch: Branch, root: Document, source: Document = document): Document {
  const out = { ...document };
  for (const [name, child] of branch.children) {
    if (child instanceof Branch) {
      if (child.computes) setField(out, name, computeBelow(getField(out, name), child, root));
    } else if (child.kind === 'compute' || child.kind === 'pick') {
      const value = child.kind === 'compute' ? child.compute(root) : child.pick(getField(source, name), root);
      if (value === undefined) delete out[name];
      else setField(out, name, value);
    }
  }
  return out;
}

// A scalar in the way of a computed path gives way to a document.
function computeBelow(value: unknown, branch: Branch, root: Document): unknown {
  if (Array.isArray(value)) return value.map((element) => computeBelow(element, branch, root));
  return compute(isDocument(value) ? value : {}, branch, root);
}

/** Keeps all but the excluded fields. */
export function exclude(document: Document, branch: Branch, root: Document): Document {
  const out: Document = {};
  for (const name of Object.keys(document)) {
    const child = branch.children.get(name);
    const value = child ? leave(document[name], child, root) : document[name];
    if (value !== undefined) setField(out, name, value);
  }
  return branch.computes ? compute(out, branch, root, document) : out;
}

function leave(value: unknown, child: Branch | Leaf, root: Document): unknown {
  if (!(child instanceof Branch)) {
    if (child.kind === 'exclude') return undefined;
    if (child.kind === 'pick') return child.pick(value, root);
    return child.kind === 'reshape' ? child.reshape(value, root) : value;
  }
  if (Array.isArray(value)) return value.map((element) => leave(element, child, root));
  return isDocument(value) ? exclude(value, child, root) : value;
}

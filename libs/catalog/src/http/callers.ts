import type { Caller } from '@cartwright/platform';
import type { Viewer } from '../usecases/get-product';
import type { EditTarget } from '../usecases/product-editing';

/** As what a caller may look at products. */
export function viewerOf(caller: Caller | undefined): Viewer {
  if (caller?.roles.includes('admin')) return { kind: 'admin' };
  return caller?.roles.includes('vendor') ? { kind: 'vendor', id: caller.id } : { kind: 'public' };
}

/** As what a caller, an admin or a vendor, may edit products. */
export function editorOf(caller: Caller): EditTarget['editor'] {
  return caller.roles.includes('admin') ? { kind: 'admin' } : { kind: 'vendor', id: caller.id };
}

import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GetUser, type UserView } from '@cartwright/identity';
import { InventoryModule } from '@cartwright/inventory';
import type { Caller } from '@cartwright/platform';
import { startTestApp, type TestApp, type TestAppOptions } from '../../../platform/src/testing/test-app';
import { bearer } from '../../../platform/src/testing/test-callers';
import { CatalogModule } from '../catalog.module';

export const admin: Caller = { kind: 'user', id: 'a'.repeat(24), roles: ['user', 'admin'] };
export const vendor: Caller = { kind: 'user', id: 'b'.repeat(24), roles: ['user', 'vendor'] };
export const otherVendor: Caller = { kind: 'user', id: 'c'.repeat(24), roles: ['user', 'vendor'] };

const users = new Map<string, UserView>(
  [admin, vendor, otherVendor].map(({ id, roles }) => [
    id,
    { id, name: `User ${id[0]}`, email: `${id[0]}@shop.example`, roles } as UserView,
  ]),
);

/** Gives an account another name, of which nobody is told. */
export function rename({ id }: Caller, name: string): void {
  users.set(id, { ...(users.get(id) as UserView), name });
}

/** Stands in for the identity context. */
@QueryHandler(GetUser)
class FakeUsers implements IQueryHandler<GetUser> {
  async execute({ input }: GetUser): Promise<UserView | null> {
    return Promise.resolve(users.get(input.userId) ?? null);
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- specs look into answers of every shape
  readonly body: any;
}

export interface CatalogApp extends TestApp {
  /** Sends a request as a caller, or as nobody; edits are of whatever is there, unless `headers` say otherwise. */
  ask(method: string, path: string, options?: { as?: Caller; body?: unknown; headers?: Record<string, string> }): Promise<Answer>;
}

interface CatalogOptions extends Pick<TestAppOptions, 'config' | 'mongoUri' | 'redisWithinMs'> {
  readonly deliver?: boolean;
}

/** The catalog and inventory as a running server; without `deliver` nothing happens but what is asked. */
export async function startCatalog({ deliver = true, ...options }: CatalogOptions = {}): Promise<CatalogApp> {
  const imports = [CatalogModule, InventoryModule];
  const shop = await startTestApp({ imports, providers: [FakeUsers], delivery: { deliver }, ...options });
  const ask: CatalogApp['ask'] = async (method, path, { as, body, headers = {} } = {}) => {
    const authorization: Record<string, string> = { 'if-match': '*', ...(as ? { authorization: bearer(as) } : {}) };
    const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await fetch(`${shop.url}/api${path}`, { method, ...sent, headers: { ...sent.headers, ...authorization, ...headers } });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
  };
  return { ...shop, ask };
}

/** Makes a category and answers its id. */
export async function aCategory(shop: CatalogApp, name: string, parentCategory?: string): Promise<string> {
  const { body } = await shop.ask('POST', '/categories', { as: admin, body: { name, parentCategory } });
  return body.id as string;
}

/** What `POST /api/products` takes, with whatever a spec is about. */
export function aProduct(category: string, changes: object = {}): object {
  return { name: 'Mug', brand: 'Quay', category, basePrice: 2400, currency: 'USD', vendor: vendor.id, sku: 'MUG', stock: 5, ...changes };
}

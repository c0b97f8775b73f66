import { CommandBus } from '@nestjs/cqrs';
import { newId } from '@cartwright/kernel';
import type { Caller } from '@cartwright/platform';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { bearer } from '../../../platform/src/testing/test-callers';
import { CountStock, ReserveStock } from '../contract/stock-commands';
import { InventoryModule } from '../inventory.module';

const admin: Caller = { kind: 'user', id: newId(), roles: ['user', 'admin'] };
const buyer: Caller = { kind: 'user', id: newId(), roles: ['user'] };

let shop: TestApp;
const orderId = newId();
beforeAll(async () => {
  shop = await startTestApp({ imports: [InventoryModule], delivery: { deliver: false } });
  const onHand = { 'AXE-1': 10, 'AXE-2': 2, 'SAW/ "1"': 5 };
  const levels = Object.entries(onHand).map(([sku, pieces]) => ({ sku, onHand: pieces }));
  await shop.app.get(CommandBus).execute(new CountStock({ levels, reason: 'Opening' }));
  const lines = [{ sku: 'AXE-1', quantity: 4 }];
  await shop.app.get(CommandBus).execute(new ReserveStock({ orderId, lines, expiresAt: new Date(Date.now() + 60_000) }));
});
afterAll(() => shop.stop());

interface Request {
  readonly as?: Caller;
  readonly method?: string;
  readonly body?: object;
  readonly more?: Record<string, string>;
}
async function call(path: string, { as = admin, method, body, more }: Request = {}): Promise<{ status: number; body: unknown }> {
  const headers = { authorization: bearer(as), 'if-match': '*', ...(body ? { 'content-type': 'application/json' } : {}), ...more };
  const response = await fetch(`${shop.url}/api/admin/inventory${path}`, {
    headers,
    method: method ?? (body ? 'POST' : 'GET'),
    body: body && JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}
const adjust = async (body: object): ReturnType<typeof call> =>
  call('/adjustments', { body: { sku: 'AXE-2', reason: 'Counted', ...body } });

describe('the stock of the back office', () => {
  it('is listed by SKU, page by page, by beginning and by what is running out', async () => {
    const first = await call('?limit=2');
    expect(first.body).toMatchObject({
      data: [{ sku: 'AXE-1', onHand: 10, reserved: 4, available: 6 }, { sku: 'AXE-2' }],
      pagination: { limit: 2, total: 3 },
    });
    const { pagination } = first.body as { pagination: { nextCursor: string } };
    expect((await call(`?limit=2&cursor=${pagination.nextCursor}`)).body).toMatchObject({ data: [{ sku: 'SAW/ "1"' }] });
    expect((await call('?sku=AXE')).body).toMatchObject({ pagination: { total: 2 } });
    expect((await call('?lowStock=5')).body).toMatchObject({ data: [{ sku: 'AXE-2' }, { sku: 'SAW/ "1"' }] });
    expect((await call('?lowStock=5&sku=S')).body).toMatchObject({ data: [{ sku: 'SAW/ "1"' }] });
  });

  it('shows a SKU with its ledger, the latest movement first', async () => {
    expect((await call('/AXE-1')).body).toMatchObject({
      sku: 'AXE-1',
      movements: {
        data: [
          { kind: 'reserved', quantity: 4, orderId },
          { kind: 'received', quantity: 10, reason: 'Opening' },
        ],
        pagination: { total: 2 },
      },
    });
    expect((await call(`/${encodeURIComponent('SAW/ "1"')}`)).body).toMatchObject({ onHand: 5 });
    expect(await call('/NONE')).toMatchObject({ status: 404, body: { code: 'sku_not_found' } });
  });

  it('shows a SKU and its ledger as they were at a past instant', async () => {
    const { body } = await call('/AXE-1');
    const [reserved, received] = (body as { movements: { data: { at: string }[] } }).movements.data;
    expect(received && reserved && received.at <= reserved.at).toBe(true);
    expect((await call(`/AXE-1?at=${received?.at}`)).body).toMatchObject({ onHand: 10, at: received?.at });
    const before = new Date(Date.parse(received?.at ?? '') - 1).toISOString();
    expect((await call(`/AXE-1?at=${before}`)).body).toMatchObject({
      ...{ onHand: 0, reserved: 0, available: 0, revision: 0, locations: [], at: before },
      movements: { data: [], pagination: { total: 0 } },
    });
    expect((await call(`/AXE-1?at=${reserved?.at}`)).body).toMatchObject({
      ...{ onHand: 10, reserved: 4, available: 6, revision: 2, locations: [{ location: 'main', onHand: 10, reserved: 4 }] },
      movements: {
        data: [
          { kind: 'reserved', revision: 2, onHand: 10, reserved: 4, location: 'main' },
          { revision: 1, reserved: 0 },
        ],
      },
    });
  });

  it.each([
    ['no instant', 'yesterday', 'is_instant'],
    ['an instant that is yet to come', '2999-01-01T00:00:00Z', 'in_future'],
  ])('is not shown at %s', async (_, at, code) => {
    expect(await call(`/AXE-1?at=${at}`)).toMatchObject({ status: 400, body: { code: 'invalid_input', errors: [{ path: 'at', code }] } });
  });

  it('lists its movements alone, page by page', async () => {
    const first = (await call('/AXE-1/movements?limit=1')).body as { data: object[]; pagination: { nextCursor: string } };
    expect(first).toMatchObject({ data: [{ kind: 'reserved', quantity: 4 }], pagination: { total: 2 } });
    expect((await call(`/AXE-1/movements?limit=1&cursor=${first.pagination.nextCursor}`)).body).toMatchObject({
      data: [{ kind: 'received' }],
    });
    expect(await call('/NONE/movements')).toMatchObject({ status: 404, body: { code: 'sku_not_found' } });
  });

  it('is corrected by a step or to a number, and names who did it', async () => {
    expect(await adjust({ change: 3 })).toMatchObject({ status: 201, body: { sku: 'AXE-2', onHand: 5, available: 5 } });
    expect(await adjust({ onHand: 2, expectedOnHand: 5 })).toMatchObject({ status: 201, body: { onHand: 2 } });
    expect((await call('/AXE-2?limit=1')).body).toMatchObject({
      movements: { data: [{ kind: 'adjusted', quantity: -3, reason: 'Counted', by: admin.id }] },
    });
  });

  it('is not corrected on an outdated idea, below what is promised, or where there is nothing', async () => {
    expect(await adjust({ change: 1, expectedOnHand: 99 })).toMatchObject({
      status: 409,
      body: { code: 'on_hand_changed', expectedOnHand: 99, onHand: 2 },
    });
    expect(await adjust({ sku: 'AXE-1', onHand: 3 })).toMatchObject({
      status: 409,
      body: { code: 'below_reserved', items: [{ sku: 'AXE-1', onHand: 3, reserved: 4 }] },
    });
    expect(await adjust({ sku: 'NONE', change: 1 })).toMatchObject({ status: 404, body: { code: 'sku_not_found' } });
    expect((await call('/AXE-1')).body).toMatchObject({ onHand: 10 });
  });

  it('receives deliveries and writes off what is damaged, as such', async () => {
    expect(await adjust({ kind: 'received', change: 5 })).toMatchObject({ status: 201, body: { onHand: 7 } });
    expect(await adjust({ kind: 'damaged', change: -2 })).toMatchObject({ status: 201, body: { onHand: 5 } });
    expect((await call('/AXE-2/movements?limit=2')).body).toMatchObject({
      data: [
        { kind: 'damaged', quantity: 2, onHand: 5 },
        { kind: 'received', quantity: 5, onHand: 7 },
      ],
    });
  });

  it('may be ordered beyond what there is, once somebody allows it who has seen how it is', async () => {
    const seen = await fetch(`${shop.url}/api/admin/inventory/AXE-2`, { headers: { authorization: bearer(admin) } });
    const etag = seen.headers.get('etag') ?? '';
    const allow = async (body: object, more = {}) => call('/AXE-2/backorder', { method: 'PUT', body, more });
    expect(await allow({ allowed: true, limit: 4 }, { 'if-match': etag })).toMatchObject({
      status: 200,
      body: { sku: 'AXE-2', available: 5, backordered: 0, backorder: { allowed: true, limit: 4 } },
    });
    expect(await allow({ allowed: true }, { 'if-match': etag })).toMatchObject({ status: 412, body: { code: 'precondition_failed' } });
    expect((await allow({ allowed: true })).body).toMatchObject({ backorder: { allowed: true, limit: null } });
    expect((await call('/AXE-2/movements?limit=1')).body).toMatchObject({
      data: [{ kind: 'adjusted', quantity: 0, reason: 'Back-orders allowed', by: admin.id }],
    });
    expect((await allow({ allowed: false })).body).toMatchObject({ backorder: { allowed: false, limit: null } });
    expect(await allow({ limit: 3 })).toMatchObject({ status: 400, body: { errors: [{ path: 'allowed' }] } });
    expect(await allow({ allowed: true, limit: -1 })).toMatchObject({ status: 400 });
    expect(await call('/NONE/backorder', { method: 'PUT', body: { allowed: true } })).toMatchObject({ status: 404 });
  });

  it.each([
    ['a delivery below zero', { kind: 'received', change: -1 }],
    ['damage above zero', { kind: 'damaged', change: 1 }],
    ['damage down to a number', { kind: 'damaged', onHand: 1 }],
    ['another kind', { kind: 'sold', change: -1 }],
    ['neither a step nor a number', {}],
    ['both', { change: 1, onHand: 1 }],
    ['a fraction', { change: 0.5 }],
    ['a number below zero', { onHand: -1 }],
    ['no reason', { change: 1, reason: '' }],
    ['an operator', { change: 1, sku: { $ne: null } }],
    ['an unknown field', { change: 1, available: 5 }],
  ])('is not corrected by %s', async (_, body) => {
    expect(await adjust(body)).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
  });

  it('is for admins only', async () => {
    expect((await call('', { as: buyer })).status).toBe(403);
    expect((await call('/AXE-1', { as: buyer })).status).toBe(403);
    expect((await call('/adjustments', { as: buyer, body: { sku: 'AXE-1', change: 1, reason: 'x' } })).status).toBe(403);
  });
});

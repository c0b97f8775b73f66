import { CommandBus } from '@nestjs/cqrs';
import { newId } from '@cartwright/kernel';
import type { Caller } from '@cartwright/platform';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { bearer } from '../../../platform/src/testing/test-callers';
import { CountStock } from '../contract/stock-commands';
import { InventoryModule } from '../inventory.module';

const admin: Caller = { kind: 'user', id: newId(), roles: ['user', 'admin'] };

let shop: TestApp;
beforeAll(async () => {
  shop = await startTestApp({ imports: [InventoryModule], delivery: { deliver: false } });
  await shop.app.get(CommandBus).execute(new CountStock({ levels: [{ sku: 'AXE', onHand: 4 }], reason: 'Opening' }));
});
afterAll(() => shop.stop());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}
async function call(method: string, path: string, body?: object, more: Record<string, string> = {}): Promise<Answer> {
  const headers = { authorization: bearer(admin), 'if-match': '*', ...(body ? { 'content-type': 'application/json' } : {}), ...more };
  const response = await fetch(`${shop.url}/api/admin${path}`, { method, headers, body: body && JSON.stringify(body) });
  return { status: response.status, headers: response.headers, body: await response.json() };
}
const levelOfAxe = async (): Promise<unknown> => (await call('GET', '/inventory/AXE')).body;

describe('the locations of the back office', () => {
  it('are there before anybody set one up: the default one', async () => {
    expect((await call('GET', '/locations')).body).toEqual({
      data: [{ code: 'main', name: 'Main', priority: 0, active: true }],
      pagination: { limit: 20, total: 1, page: 1 },
    });
    expect((await call('GET', '/locations/main')).headers.get('etag')).toBe('"0"');
  });

  it('are set up, listed in the order in which they serve, and take stock', async () => {
    const made = await call('POST', '/locations', { code: 'east', name: 'East' });
    expect(made).toMatchObject({ status: 201, body: { code: 'east', name: 'East', priority: 100, active: true } });
    expect(made.headers.get('location')).toBe('/api/admin/locations/east');
    await call('POST', '/locations', { code: 'west', name: 'West', priority: 50, active: false });
    expect((await call('GET', '/locations')).body).toMatchObject({ data: [{ code: 'main' }, { code: 'west' }, { code: 'east' }] });
    const page = (await call('GET', '/locations?limit=2')).body as { pagination: { nextCursor: string } };
    expect((await call('GET', `/locations?cursor=${page.pagination.nextCursor}`)).body).toMatchObject({ data: [{ code: 'east' }] });
    const adjusted = await call('POST', '/inventory/adjustments', { sku: 'AXE', location: 'east', change: 3, reason: 'Moved' });
    expect(adjusted).toMatchObject({ status: 201, body: { onHand: 7, available: 7 } });
    await call('POST', '/inventory/adjustments', { sku: 'AXE', location: 'west', change: 1, reason: 'Moved' });
    expect(await levelOfAxe()).toMatchObject({
      ...{ onHand: 8, reserved: 0, available: 7 },
      locations: [
        { location: 'east', onHand: 3, reserved: 0 },
        { location: 'main', onHand: 4 },
        { location: 'west', onHand: 1 },
      ],
      movements: { data: [{ kind: 'received', location: 'west', onHand: 8 }, { location: 'east' }, { location: 'main' }] },
    });
    expect((await call('GET', '/inventory')).body).toMatchObject({ data: [{ sku: 'AXE', onHand: 8, available: 7 }] });
  });

  it('are edited by whoever has seen them as they are', async () => {
    const etag = (await call('GET', '/locations/east')).headers.get('etag') ?? '';
    const edited = await call('PATCH', '/locations/east', { active: false, name: 'Old east' }, { 'if-match': etag });
    expect(edited).toMatchObject({ status: 200, body: { code: 'east', name: 'Old east', priority: 100, active: false } });
    expect(await levelOfAxe()).toMatchObject({ onHand: 8, available: 4 });
    expect(await call('PATCH', '/locations/east', { active: true }, { 'if-match': etag })).toMatchObject({
      status: 412,
      body: { code: 'precondition_failed' },
    });
    expect((await call('PATCH', '/locations/main', { priority: 200 })).body).toMatchObject({ code: 'main', priority: 200 });
  });

  it.each([
    ['a code that there is already', { code: 'main', name: 'Main' }, 409, 'duplicate_location'],
    ['capitals in the code', { code: 'East', name: 'East' }, 400, 'invalid_input'],
    ['a dot in the code', { code: 'a.b', name: 'East' }, 400, 'invalid_input'],
    ['no name', { code: 'north' }, 400, 'invalid_input'],
    ['a priority below zero', { code: 'north', name: 'North', priority: -1 }, 400, 'invalid_input'],
    ['an unknown field', { code: 'north', name: 'North', stock: 1 }, 400, 'invalid_input'],
  ])('are not set up with %s', async (_, body, status, code) => {
    expect(await call('POST', '/locations', body)).toMatchObject({ status, body: { code } });
  });

  it('are not found where there are none', async () => {
    const missing = { status: 404, body: { code: 'location_not_found' } };
    expect(await call('GET', '/locations/moon')).toMatchObject(missing);
    expect(await call('PATCH', '/locations/moon', { name: 'Moon' })).toMatchObject(missing);
    expect(await call('POST', '/inventory/adjustments', { sku: 'AXE', location: 'moon', change: 1, reason: 'Found' })).toMatchObject(
      missing,
    );
  });
});

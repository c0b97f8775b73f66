import { Controller, Get, Module } from '@nestjs/common';
import { Allow, CurrentCaller, type Caller } from '../http/access';
import { startTestApp, type TestApp } from './test-app';
import { bearer } from './test-callers';

@Controller('probe')
class ProbeController {
  @Get()
  @Allow('vendor')
  probe(@CurrentCaller() caller: Caller): Caller {
    return caller;
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

describe('the application for specs', () => {
  let shop: TestApp;
  beforeAll(async () => {
    shop = await startTestApp({ imports: [ProbeModule] });
  });
  afterAll(() => shop.stop());

  it('is ready to serve, on a database of its own', async () => {
    const response = await fetch(`${shop.url}/health/ready`);
    expect(response.status).toBe(200);
  });

  it('answers what does not exist as every other refusal', async () => {
    const response = await fetch(`${shop.url}/api/nothing?here=1`);
    expect(response.headers.get('content-type')).toMatch('application/problem+json');
    expect(await response.json()).toMatchObject({ status: 404, code: 'not_found', instance: '/api/nothing' });
  });

  it('tells a method that a path does not take from a path that there is not', async () => {
    const response = await fetch(`${shop.url}/api/probe?x=1`, { method: 'DELETE' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(await response.json()).toMatchObject({ code: 'method_not_allowed', status: 405 });
    expect((await fetch(`${shop.url}/api/probes`, { method: 'DELETE' })).status).toBe(404);
  });

  it('knows the callers that a spec makes up, and applies their roles', async () => {
    const vendor: Caller = { kind: 'user', id: '6565f0c2a1b2c3d4e5f60718', roles: ['user', 'vendor'] };
    const asked = async (authorization?: string) => fetch(`${shop.url}/api/probe`, { headers: authorization ? { authorization } : {} });
    expect(await (await asked(bearer(vendor))).json()).toEqual(vendor);
    expect((await asked(bearer({ ...vendor, roles: ['user'] }))).status).toBe(403);
    expect((await asked()).status).toBe(401);
    expect((await asked('Bearer nonsense')).status).toBe(401);
  });
});

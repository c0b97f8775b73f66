import { Controller, Get, Module } from '@nestjs/common';
import { startTestApp, type TestApp } from '../testing/test-app';
import { Public } from './access';
import { Deprecated } from './deprecated';
import { createOpenApi } from './openapi';

@Public()
@Controller('lamps')
class LampsController {
  @Get('old')
  @Deprecated({ since: '2026-01-31', sunset: '2027-01-31', use: '/api/lamps/new' })
  old(): object {
    return {};
  }

  @Get('older')
  @Deprecated({ since: '2025-01-01' })
  older(): object {
    return {};
  }

  @Get('new')
  new(): object {
    return {};
  }
}

@Module({ controllers: [LampsController] })
class LampsModule {}

let shop: TestApp;
beforeAll(async () => {
  shop = await startTestApp({ imports: [LampsModule], delivery: { deliver: false } });
});
afterAll(() => shop.stop());

const saidBy = async (path: string): Promise<(string | null)[]> => {
  const { headers } = await fetch(`${shop.url}/api/lamps/${path}`);
  return ['deprecation', 'sunset', 'link'].map((name) => headers.get(name));
};

test('what will go says since when, until when, and what follows; the rest says nothing of it', async () => {
  expect(await saidBy('old')).toEqual(['@1769817600', 'Sun, 31 Jan 2027 00:00:00 GMT', '</api/lamps/new>; rel="successor-version"']);
  expect(await saidBy('older')).toEqual(['@1735689600', null, null]);
  expect(await saidBy('new')).toEqual([null, null, null]);
});

test('the API document says it, too', () => {
  const { paths } = createOpenApi(shop.app);
  const told = ['old', 'older', 'new'].map(
    (path) => paths[`/api/lamps/${path}`]?.get as { deprecated?: boolean; 'x-deprecation'?: object },
  );
  expect(told.map(({ deprecated }) => deprecated ?? false)).toEqual([true, true, false]);
  expect(told[0]?.['x-deprecation']).toEqual({ since: '2026-01-31', sunset: '2027-01-31', use: '/api/lamps/new' });
});

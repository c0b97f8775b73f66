import { getModelToken } from '@nestjs/mongoose';
import { newId } from '@cartwright/kernel';
import type { Model } from 'mongoose';
import { startTestApp, type TestApp } from '../testing/test-app';

let shop: TestApp;
beforeAll(async () => {
  shop = await startTestApp({ imports: [], delivery: { deliver: false } });
});
afterAll(() => shop.stop());

test('an upload has each of its parts once', async () => {
  const parts = shop.app.get<Model<unknown>>(getModelToken('uploadPart'), { strict: false });
  const [upload, bytes] = [newId(), Buffer.from('a')];
  await parts.create({ upload, n: 0, bytes });
  await parts.create({ upload, n: 1, bytes });
  await expect(parts.create({ upload, n: 1, bytes })).rejects.toMatchObject({ code: 11000 });
});

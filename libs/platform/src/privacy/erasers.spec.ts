import { Injectable } from '@nestjs/common';
import { startTestApp, type TestApp } from '../testing/test-app';
import { Erasers, ErasesPersonalData } from './erasers';

const asked: string[] = [];
const tomorrow = new Date(Date.now() + 86_400_000);

@Injectable()
class Context {
  @ErasesPersonalData('letters')
  letters(): Promise<null> {
    asked.push('letters');
    return Promise.resolve(null);
  }

  @ErasesPersonalData('broken')
  broken(): Promise<null> {
    asked.push('broken');
    return Promise.reject(new Error('no database'));
  }

  @ErasesPersonalData('parcels')
  parcels(): Promise<Date> {
    asked.push('parcels');
    return Promise.resolve(tomorrow);
  }
}

let shop: TestApp;
beforeAll(async () => {
  shop = await startTestApp({ imports: [], providers: [Context], delivery: { deliver: false } });
});
afterAll(() => shop.stop());

test('every context forgets what it may; what has to stay says until when, and what fails keeps nothing else from it', async () => {
  const erasers = shop.app.get(Erasers);
  const look = await erasers.erase({ userId: 'u1', erasedAt: new Date() });
  expect(look).toEqual({ waiting: { parcels: tomorrow }, failed: ['broken'] });
  expect(asked).toEqual(['broken', 'letters', 'parcels']);
  expect(erasers.parts).toEqual(['broken', 'letters', 'parcels']);
});

import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { startTestApp, type TestApp } from '../testing/test-app';
import { Transactions } from './transactions';

let shop: TestApp;
beforeAll(async () => {
  shop = await startTestApp({ imports: [], delivery: { deliver: false } });
});
afterAll(() => shop.stop());

const transactions = (): Transactions => shop.app.get(Transactions);
const rows = () => shop.app.get<Connection>(getConnectionToken()).collection<{ _id: string; count: number }>('probes');

/** Reads a number and writes it back one higher: without the transaction's conflicts most of these would be lost. */
async function countUp(_id: string): Promise<void> {
  const { session } = transactions();
  const row = await rows().findOne({ _id }, { session });
  await rows().updateOne({ _id }, { $set: { count: (row?.count ?? 0) + 1 } }, { session });
}

describe('transactions that want the same row', () => {
  it('all go through, each on what the one before it left', async () => {
    await rows().insertOne({ _id: 'hot', count: 0 });
    let tries = 0;
    const once = async (): Promise<void> => {
      tries += 1;
      await countUp('hot');
    };
    await Promise.all(Array.from({ length: 60 }, () => transactions().run(once)));
    expect(await rows().findOne({ _id: 'hot' })).toEqual({ _id: 'hot', count: 60 });
    expect(tries).toBeLessThan(60 * 3);
  });

  it('do not wait for themselves, when one of them runs another outside itself', async () => {
    await rows().insertMany(['outer', 'inner'].map((_id) => ({ _id, count: 0 })));
    const both = async (): Promise<void> => {
      await countUp('outer');
      await transactions().outside(() => transactions().run(() => countUp('inner')));
    };
    await Promise.all(Array.from({ length: 8 }, () => transactions().run(both)));
    expect(await rows().findOne({ _id: 'outer' })).toEqual({ _id: 'outer', count: 8 });
  });

  it('call nobody outside', async () => {
    transactions().assertOutside('A gateway');
    const asking = transactions().run(async () => Promise.resolve(transactions().assertOutside('A gateway')));
    await expect(asking).rejects.toThrow('A gateway must not be called inside a database transaction.');
  });

  it('are undone as a whole by whatever the work throws, which is not tried again', async () => {
    await rows().insertOne({ _id: 'undone', count: 0 });
    let tries = 0;
    const failing = transactions().run(async () => {
      tries += 1;
      await countUp('undone');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(tries).toBe(1);
    expect(await rows().findOne({ _id: 'undone' })).toEqual({ _id: 'undone', count: 0 });
  });
});

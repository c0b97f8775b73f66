import { randomUUID } from 'node:crypto';
import { Body, Controller, Module, Post } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import { refusal } from '@cartwright/kernel';
import type { Collection, Connection } from 'mongoose';
import { OutsideTransaction } from '../messaging/reactions';
import { Transactions } from '../store/transactions';
import { startTestApp, type TestApp } from '../testing/test-app';
import { bearer } from '../testing/test-callers';
import { Allow, Public, type Caller } from './access';
import { Whole } from './fields';

const OutOfOrder = refusal('out_of_order', 'unavailable', () => 'Out of order.');

class WorkDto {
  @Whole({ min: 0 })
  n!: number;
}

/** What was done, and what the next requests wait for or fail with. */
const work = { done: [] as number[], takes: Promise.resolve(), fails: 0 };

@Controller('work')
class WorkController {
  @Post()
  @Allow('user')
  async work(@Body() { n }: WorkDto): Promise<{ n: number; times: number }> {
    await work.takes;
    if (work.fails > 0) {
      work.fails -= 1;
      throw new OutOfOrder({});
    }
    work.done.push(n);
    return { n, times: work.done.length };
  }
}

/** What strangers may ask. */
@Controller('sessions')
@Public()
class SessionsController {
  @Post()
  begin(): { session: string } {
    return { session: randomUUID() };
  }
}

/** Work that stands in the database, and work that reaches outside. */
@Controller('deeds')
class DeedsController {
  constructor(private readonly transactions: Transactions) {}

  @Post()
  @Allow('user')
  async deed(@Body() { n }: WorkDto): Promise<{ n: number; times: number }> {
    const { session } = this.transactions;
    await deeds().insertOne({ n }, { session });
    await work.takes;
    return { n, times: await deeds().countDocuments({ n }, { session }) };
  }

  @Post('outside')
  @Allow('user')
  @OutsideTransaction('it only tells whether it is in one')
  async outside(@Body() { n }: WorkDto): Promise<{ n: number; inside: boolean }> {
    await work.takes;
    work.done.push(n);
    return { n, inside: this.transactions.session !== undefined };
  }
}

@Module({ controllers: [WorkController, DeedsController, SessionsController] })
class WorkModule {}

let shop: TestApp;
let connection: Connection;
const deeds = (): Collection => connection.collection('deeds');
const keys = (): Collection => connection.collection('idempotencyKeys');
beforeAll(async () => {
  shop = await startTestApp({ imports: [WorkModule], delivery: { deliver: false } });
  connection = shop.app.get<Connection>(getConnectionToken());
});
afterAll(() => shop.stop());
beforeEach(() => Object.assign(work, { done: [], takes: Promise.resolve(), fails: 0 }));

const ada: Caller = { kind: 'user', id: 'a'.repeat(24), roles: ['user'] };
const bob: Caller = { kind: 'user', id: 'b'.repeat(24), roles: ['user'] };

async function ask(
  key: string,
  n: number,
  caller = ada,
  path = 'work',
): Promise<{ status: number; body: { code?: string; n?: number; times?: number } }> {
  const headers = { authorization: bearer(caller), 'content-type': 'application/json', 'idempotency-key': key };
  const response = await fetch(`${shop.url}/api/${path}`, { method: 'POST', headers, body: JSON.stringify({ n }) });
  return { status: response.status, body: (await response.json()) as { code?: string } };
}

describe('an Idempotency-Key', () => {
  it('has the same answer again, for work that was done once', async () => {
    const answers = [await ask('again', 1), await ask('again', 1)];
    expect(answers).toEqual(new Array(2).fill({ status: 201, body: { n: 1, times: 1 } }));
    expect(work.done).toEqual([1]);
  });

  it('is refused for another request', async () => {
    await ask('reused', 1);
    expect(await ask('reused', 2)).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    expect(work.done).toEqual([1]);
  });

  it('is its caller’s own', async () => {
    await ask('shared', 1);
    expect(await ask('shared', 1, bob)).toMatchObject({ status: 201, body: { times: 2 } });
  });

  it('of a stranger who sends nothing else is not one that another stranger guesses', async () => {
    const begin = async (key: string): Promise<{ status: number; body: { session?: string } }> => {
      const response = await fetch(`${shop.url}/api/sessions`, { method: 'POST', headers: { 'idempotency-key': key } });
      return { status: response.status, body: (await response.json()) as object };
    };
    const guessed = { status: 400, body: { errors: [{ path: 'Idempotency-Key', code: 'too_short' }] } };
    for (const key of ['1', 'my-guest-1', 'k'.repeat(15)]) expect(await begin(key)).toMatchObject(guessed);
    const [first, second] = [await begin('9b1deb4d-3b7d-4bad'), await begin('9b1deb4d-3b7d-4bad')];
    expect(first.body.session).toHaveLength(36);
    expect(second).toEqual(first);
  });

  it('is of the first of several at once', async () => {
    let end = (): void => undefined;
    work.takes = new Promise((resolve) => (end = resolve));
    const asked = [1, 2, 3].map(() => ask('at-once', 7));
    // Two are turned away while the first still works; where all were let in, none would have an answer.
    const early = await Promise.race([Promise.any(asked), new Promise((resolve) => setTimeout(resolve, 2_000))]);
    end();
    const answers = await Promise.all(asked);
    expect(early).toMatchObject({ status: 409 });
    expect(answers.map(({ status, body }) => body.code ?? status).sort()).toEqual([
      201,
      'idempotency_in_progress',
      'idempotency_in_progress',
    ]);
    expect(work.done).toEqual([7]);
  });

  it('is free again after an error of ours', async () => {
    work.fails = 1;
    expect(await ask('broken', 1)).toMatchObject({ status: 503, body: { code: 'out_of_order' } });
    expect(await ask('broken', 1)).toMatchObject({ status: 201, body: { times: 1 } });
  });

  it('is another one on another route', async () => {
    await ask('twice', 1);
    expect(await ask('twice', 1, ada, 'deeds')).toMatchObject({ status: 201, body: { n: 1, times: 1 } });
  });

  it('is kept in the transaction of the work: what took it over in between undoes the first, and there is one deed and one answer', async () => {
    let end = (): void => undefined;
    work.takes = new Promise((resolve) => (end = resolve));
    const first = ask('overtaken', 41, ada, 'deeds');
    await until(async () => (await keys().countDocuments({ leaseUntil: { $exists: true } })) === 1);
    await keys().updateMany({ leaseUntil: { $exists: true } }, { $set: { leaseUntil: new Date(0) } });
    work.takes = Promise.resolve();
    const second = await ask('overtaken', 41, ada, 'deeds');
    end();
    expect(second).toMatchObject({ status: 201, body: { n: 41, times: 1 } });
    expect(await first).toMatchObject({ status: 409, body: { code: 'idempotency_in_progress' } });
    expect(await deeds().countDocuments({ n: 41 })).toBe(1);
    expect(await ask('overtaken', 41, ada, 'deeds')).toEqual(second);
  });

  it('of 200 requests at once has one deed, and one answer', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask('many', 42, ada, 'deeds')));
    expect(new Set(answers.map(({ status, body }) => body.code ?? status))).toEqual(new Set([201, 'idempotency_in_progress']));
    expect(await deeds().countDocuments({ n: 42 })).toBe(1);
  });

  it('of work that reaches outside has no transaction, but a sign of life while it goes on', async () => {
    let end = (): void => undefined;
    work.takes = new Promise((resolve) => (end = resolve));
    const first = ask('alive', 43, ada, 'deeds/outside');
    await until(async () => (await keys().countDocuments({ leaseUntil: { $exists: true } })) === 1);
    await keys().updateMany({ leaseUntil: { $exists: true } }, { $set: { leaseUntil: new Date(0) } });
    await until(async () => (await keys().countDocuments({ leaseUntil: { $gt: new Date() } })) === 1);
    expect(await ask('alive', 43, ada, 'deeds/outside')).toMatchObject({ status: 409, body: { code: 'idempotency_in_progress' } });
    end();
    expect(await first).toMatchObject({ status: 201, body: { n: 43, inside: false } });
    expect(work.done).toEqual([43]);
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 20_000; !(await holds());) {
    if (Date.now() > deadline) throw new Error('It never came to hold.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

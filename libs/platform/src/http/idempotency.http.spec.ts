import { Body, Controller, Module, Post } from '@nestjs/common';
import { refusal } from '@cartwright/kernel';
import { startTestApp, type TestApp } from '../testing/test-app';
import { bearer } from '../testing/test-callers';
import { Allow, type Caller } from './access';
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

@Module({ controllers: [WorkController] })
class WorkModule {}

let shop: TestApp;
beforeAll(async () => {
  shop = await startTestApp({ imports: [WorkModule], delivery: { deliver: false } });
});
afterAll(() => shop.stop());
beforeEach(() => Object.assign(work, { done: [], takes: Promise.resolve(), fails: 0 }));

const ada: Caller = { kind: 'user', id: 'a'.repeat(24), roles: ['user'] };
const bob: Caller = { kind: 'user', id: 'b'.repeat(24), roles: ['user'] };

async function ask(key: string, n: number, caller = ada): Promise<{ status: number; body: { code?: string; n?: number; times?: number } }> {
  const headers = { authorization: bearer(caller), 'content-type': 'application/json', 'idempotency-key': key };
  const response = await fetch(`${shop.url}/api/work`, { method: 'POST', headers, body: JSON.stringify({ n }) });
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
});

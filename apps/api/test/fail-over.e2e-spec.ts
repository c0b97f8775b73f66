import { randomUUID } from 'node:crypto';
import { address, Client, ledger, type Answer, type Json } from './support/client';
import { FailingMongo } from './support/mongodb';
import { admin, eventually, pause, Shop } from './support/shop';

let mongo: FailingMongo;
let shop: Shop;
let kettle: Json;

const price = 1700;
/** So long a fault lasts, and so long the driver waits for an answer or a primary at most. */
const faultMs = 3_000;
const patience = 'socketTimeoutMS=1000&serverSelectionTimeoutMS=2000';

beforeAll(async () => {
  mongo = await FailingMongo.start();
  shop = await Shop.start({ MONGODB_URI: `${mongo.uri}&${patience}`, LOG_LEVEL: 'error', AUTH_RATE_LIMIT_PER_MINUTE: '0' });
  const { back, goods } = await Client.seller(shop);
  const content = { name: 'Kettle', brand: 'Own', basePrice: price, currency: 'USD', sku: 'KETTLE', stock: 10_000, ...goods };
  kettle = (await back.post('/api/products', content)).body;
}, 60_000);
afterAll(async () => {
  await shop?.stop();
  await mongo?.stop();
});

/** What a buyer saw who repeats whatever was not answered with success, as it is, with the same key. */
interface Diary {
  readonly orders: string[];
  readonly unclean: string[];
  failures: number;
  /** What the slowest request took. */
  longestMs: number;
}

/** No success: "not now" in the words of the API, with the time to wait, or that the first of two same requests is still in hand. */
function isClean({ status, headers, body }: Answer): boolean {
  if (status === 409) return body.code === 'idempotency_in_progress';
  const words = JSON.stringify(body);
  return (
    status === 503 &&
    Number(headers.get('retry-after')) >= 1 &&
    body.code !== 'internal_error' &&
    !/mongo|socket|topology|pool|failpoint/i.test(words)
  );
}

function logOf(requestId: unknown): string {
  const lines = shop.output.split('\n').filter((line) => line.includes(String(requestId)));
  return lines.join('\n');
}

async function untilDone(diary: Diary, send: () => Promise<Answer>): Promise<Answer> {
  for (const deadline = Date.now() + 60_000; ;) {
    const sentAt = Date.now();
    const answer = await send();
    diary.longestMs = Math.max(diary.longestMs, Date.now() - sentAt);
    if (answer.status < 300) return answer;
    diary.failures += 1;
    if (!isClean(answer)) diary.unclean.push(`${answer.status} ${JSON.stringify(answer.body)} ${logOf(answer.body.requestId)}`);
    if (Date.now() > deadline) throw new Error(`Never done: ${answer.status} ${JSON.stringify(answer.body)}`);
    await pause(250);
  }
}

async function buy(diary: Diary): Promise<void> {
  const key = (): Record<string, string> => ({ 'Idempotency-Key': randomUUID() });
  const [first, second, third] = [key(), key(), key()];
  const anybody = new Client(shop);
  const session = await untilDone(diary, () => anybody.post('/api/auth/guest', {}, first));
  const buyer = new Client(shop, session.body.accessToken as string);
  await untilDone(diary, () => buyer.post('/api/cart/items', { productId: kettle.id, quantity: 1 }, second));
  const order = { shippingAddress: address, email: 'guest@example.com', payment: { token: 'pm_card_visa' } };
  const placed = await untilDone(diary, () => buyer.post('/api/orders', order, third));
  diary.orders.push(placed.body.orderNumber as string);
}

/** Eight buyers at a time before, while and after the fault. */
async function buyThrough(fault: () => Promise<void>): Promise<Diary> {
  const diary: Diary = { orders: [], unclean: [], failures: 0, longestMs: 0 };
  let over = false;
  const lanes = Array.from({ length: 8 }, async () => {
    while (!over) await buy(diary);
  });
  await eventually('purchases before the fault', async () => diary.orders.length >= 8);
  await fault();
  const then = diary.orders.length;
  await eventually('purchases after the fault', async () => diary.orders.length >= then + 16, 60);
  over = true;
  await Promise.all(lanes);
  return diary;
}

/** Asks until it is answered: of several processes one may not have been asked since the fault, and says "not now" once more. */
async function ask(send: () => Promise<Answer>): Promise<Json> {
  const diary: Diary = { orders: [], unclean: [], failures: 0, longestMs: 0 };
  const { body } = await untilDone(diary, send);
  expect(diary.unclean).toEqual([]);
  return body;
}

/** Everything that was acknowledged is there and comes to its end; the provider's books, the stock and the doctor agree. */
async function checkBooks(acknowledged: readonly string[]): Promise<void> {
  const { accessToken } = await ask(() => new Client(shop).post('/api/auth/login', admin));
  const back = new Client(shop, accessToken as string);
  const totalOf = async (status: string): Promise<number> =>
    (await ask(() => back.get(`/api/admin/orders?status=${status}&limit=1`))).pagination.total;
  await eventually('no order that still waits for its payment', async () => (await totalOf('PaymentPending')) === 0, 150);
  const { payments } = await ledger(shop);
  const captured = payments.filter(({ net }: Json) => net > 0);
  expect(captured.every(({ net }: Json) => net === price)).toBe(true);
  const paid = captured.map(({ metadata }: Json) => metadata.orderNumber as string);
  expect(new Set(paid).size).toBe(paid.length);
  expect(acknowledged.filter((orderNumber) => !paid.includes(orderNumber))).toEqual([]);
  expect(await totalOf('Processing')).toBe(paid.length);
  const [level] = (await ask(() => back.get('/api/admin/inventory?sku=KETTLE'))).data;
  expect(level).toMatchObject({ onHand: 10_000 - paid.length, reserved: 0 });
  expect((await ask(() => back.get('/api/admin/jobs/failed'))).data).toEqual([]);
  const doctor = await shop.cli('doctor');
  expect(doctor).toMatchObject({ code: 0 });
}

const acknowledged: string[] = [];

test.each([
  [
    'another primary is elected',
    async () => {
      await mongo.suffer(100, { errorCode: 10107 });
      await pause(faultMs);
      await mongo.heal();
    },
  ],
  [
    'connections break, one command in three',
    async () => {
      await mongo.suffer(33, { closeConnection: true });
      await pause(faultMs);
      await mongo.heal();
    },
  ],
  [
    'the database is killed and started again',
    async () => {
      await mongo.kill();
      await pause(faultMs);
      await mongo.boot();
    },
  ],
  [
    'answers come later than anybody waits for them',
    async () => {
      await mongo.suffer(50, { blockConnection: true, blockTimeMS: 2_500 });
      await pause(faultMs);
      await mongo.heal();
    },
  ],
])(
  'when %s in the midst of checkouts, requests are told to come again, and the books are right in the end',
  async (_, fault) => {
    const diary = await buyThrough(fault);
    expect(diary.unclean).toEqual([]);
    // The fault was felt: somebody was turned away, or waited until it was over.
    expect(diary.failures > 0 || diary.longestMs > 1_000).toBe(true);
    acknowledged.push(...diary.orders);
    await checkBooks(acknowledged);
  },
  240_000,
);

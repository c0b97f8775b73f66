import { getModelToken } from '@nestjs/mongoose';
import { Config, Erasers, Outbox, Transactions, type Caller } from '@cartwright/platform';
import { BuyerErased, OrderCancelled, RefundSettled } from '@cartwright/orders';
import { erasedEmail, newId } from '@cartwright/kernel';
import type { Model } from 'mongoose';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { bearer } from '../../../platform/src/testing/test-callers';
import { Mailer } from '../gateways/mailer';
import { accountErased } from '../model/account-mails';
import type { Mail } from '../model/mail';
import { cancellationNotice } from '../model/order-mails';
import type { SentMail } from '../model/sent-mail';
import { NotificationsModule } from '../notifications.module';
import { attemptMs, SentMailStore } from '../store/sent-mail.store';
import { MailServer } from '../testing/mail-server';
import { PostRoom } from './post-room';

let server: MailServer;
let shop: TestApp;
let log: Model<SentMail>;
beforeAll(async () => {
  server = await MailServer.start();
  const config = { SMTP_URL: server.url, MAIL_FROM: 'The Shop <orders@shop.example>' };
  shop = await startTestApp({ imports: [NotificationsModule], config, delivery: { attempts: 1000 } });
  log = shop.app.get(getModelToken('sentMail'), { strict: false });
});
afterAll(async () => {
  await shop.stop();
  await server.goDown();
});

let orders = 0;
function anOrder(): { orderId: string; orderNumber: string; email: string; reason: string } {
  orders += 1;
  return { orderId: newId(), orderNumber: `CW-${orders}`, email: `ada${orders}@example.com`, reason: 'Asked for' };
}

type Order = ReturnType<typeof anOrder>;

/** Announces that the order was cancelled, so many times. */
async function announce(order: Order, times = 1): Promise<void> {
  const events = Array.from({ length: times }, () => new OrderCancelled(order));
  await shop.app.get(Transactions).run(async () => shop.app.get(Outbox).add(`order:${order.orderId}`, 0, events, new Date()));
}

const settled = (order: Order): Promise<void> => shop.app.get(Outbox).settled(`order:${order.orderId}`);
const mailsTo = (order: Order): string[] => server.mails.filter(({ to }) => to === order.email).map(({ raw }) => raw);
const entryOf = (order: Order): Promise<SentMail | null> => log.findById(`${order.orderNumber}-cancelled`).lean<SentMail>();

test('a mail goes out, and the log says so without the address', async () => {
  const order = anOrder();
  await announce(order);
  await settled(order);
  expect(mailsTo(order)).toEqual([expect.stringContaining(`Message-ID: <${order.orderNumber}-cancelled@shop.example>`)]);
  const entry = await entryOf(order);
  expect(entry).toMatchObject({ state: 'accepted', attempts: 1, to: 'a***@example.com', template: 'order_cancelled' });
  expect(JSON.stringify(entry)).not.toContain(order.email);
});

test('an event that comes again makes no second mail', async () => {
  const order = anOrder();
  await announce(order, 3);
  await settled(order);
  expect(mailsTo(order)).toHaveLength(1);
});

test('while the mail server is down mails wait; when it is back each goes out once', async () => {
  const order = anOrder();
  await server.goDown();
  await announce(order);
  while ((await entryOf(order))?.state !== 'deferred') await new Promise((resolve) => setTimeout(resolve, 10));
  expect((await entryOf(order))?.error).toMatch(/ECONNREFUSED/);
  await server.comeUp();
  await settled(order);
  expect(mailsTo(order)).toHaveLength(1);
  expect(await entryOf(order)).toMatchObject({ state: 'accepted' });
  expect(await entryOf(order)).not.toHaveProperty('error');
});

test('a recipient that does not exist is noted, and not tried again', async () => {
  const order = anOrder();
  server.refusals.set(order.email, `550 5.1.1 <${order.email}> no such user`);
  await announce(order, 2);
  await settled(order);
  const entry = await entryOf(order);
  expect(entry).toMatchObject({ state: 'refused', attempts: 1, error: expect.stringContaining('550 5.1.1 <a***@example.com>') });
});

test('a recipient who is to be tried later gets the mail later', async () => {
  const order = anOrder();
  server.refusals.set(order.email, '450 4.2.0 greylisted');
  await announce(order);
  while ((await entryOf(order))?.state !== 'deferred') await new Promise((resolve) => setTimeout(resolve, 10));
  server.refusals.delete(order.email);
  await settled(order);
  expect(mailsTo(order)).toHaveLength(1);
});

test('a process that dies before it can note that a mail was accepted sends it again, under the same Message-Id', async () => {
  const order = anOrder();
  const { app } = shop;
  class Dying extends SentMailStore {
    override settle(): Promise<void> {
      return Promise.reject(new Error('The process died.'));
    }
  }
  const dying = new PostRoom(app.get(Mailer, { strict: false }), new Dying(log), app.get(Config));
  const next = app.get(PostRoom, { strict: false });
  const mail = cancellationNotice(order);
  await expect(dying.send(mail)).rejects.toThrow('died');
  await expect(next.send(mail)).rejects.toThrow(/being sent by another process/);
  await log.updateOne({ _id: mail.key }, { $set: { lastAttemptAt: new Date(Date.now() - attemptMs - 1) } });
  await next.send(mail);
  await next.send(mail);
  const ids = mailsTo(order).map((raw) => /^Message-ID: .*$/m.exec(raw)?.[0]);
  expect(ids).toEqual([ids[0], ids[0]]);
  expect(ids[0]).toMatch(/^Message-ID: <CW-\d+-cancelled@shop.example>$/);
  expect(await entryOf(order)).toMatchObject({ state: 'accepted', attempts: 2 });
});

test('of many who want to send a mail at once, one does', async () => {
  const order = anOrder();
  const room = shop.app.get(PostRoom, { strict: false });
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => room.send(cancellationNotice(order))));
  expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true);
  expect(mailsTo(order)).toHaveLength(1);
});

describe('an admin', () => {
  const admin: Caller = { kind: 'user', id: newId(), roles: ['user', 'admin'] };
  const get = async (path: string, caller = admin): Promise<{ status: number; body: Answer }> => {
    const response = await fetch(`${shop.url}/api/admin/mails${path}`, { headers: { authorization: bearer(caller) } });
    return { status: response.status, body: (await response.json()) as Answer };
  };
  interface Answer {
    readonly code?: string;
    readonly data: readonly Readonly<Record<string, unknown>>[];
    readonly pagination: Readonly<Record<string, unknown>>;
    readonly text?: string;
    readonly html?: string;
  }

  it('lists the mails, by order, state and kind, a page at a time', async () => {
    const order = anOrder();
    await announce(order);
    const refund = { ...order, key: 'k1', amount: 1999, currency: 'EUR', status: 'succeeded' } as const;
    await shop.app
      .get(Transactions)
      .run(async () => shop.app.get(Outbox).add(`order:${order.orderId}`, 1, [new RefundSettled(refund)], new Date()));
    await settled(order);
    const { body } = await get(`?orderNumber=${order.orderNumber}`);
    const keys = [`${order.orderNumber}-refund-k1`, `${order.orderNumber}-cancelled`];
    expect(body.data.map(({ key }) => key)).toEqual(keys);
    const page = await get(`?orderNumber=${order.orderNumber}&limit=1&page=2`);
    expect(page.body).toMatchObject({ data: [{ key: keys[1] }], pagination: { total: 2, page: 2, limit: 1 } });
    expect((await get(`?orderNumber=${order.orderNumber}&template=refund_sent`)).body.data).toMatchObject([{ key: keys[0] }]);
    const refused = (await get('?state=refused')).body.data;
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every(({ state }) => state === 'refused')).toBe(true);
    expect((await get('?state=lost')).status).toBe(400);
  });

  it('sees what a mail looks like, with amounts in the currency of its order', async () => {
    const { body } = await get('/preview/order_confirmation');
    expect(body.text).toContain('£52.48');
    expect(body.html).toContain('Tea &amp; biscuits');
    expect(await get('/preview/love_letter')).toMatchObject({ status: 404, body: { code: 'template_not_found' } });
    expect(await get('/preview/toString')).toMatchObject({ status: 404 });
  });

  it('is the only one who may', async () => {
    for (const path of ['', '/preview/refund_sent']) expect((await get(path, { ...admin, roles: ['user'] })).status).toBe(403);
  });
});

test.each([[{}], [{ state: 'refused' }], [{ template: 'refund_sent' }], [{ orderNumber: 'CW-1' }]] as const)(
  'the latest mails with %j are found by an index, in order',
  async (filter) => {
    const plan: unknown = await log.find(filter, {}, { sort: { firstAttemptAt: -1, _id: -1 }, limit: 1 }).explain('executionStats');
    expect(plan).toMatchObject({ executionStats: { totalDocsExamined: 1 } });
  },
);

const postRoom = (): PostRoom => shop.app.get(PostRoom, { strict: false });
const aMail = (key: string, to: string): Mail => ({ key, template: 'password_reset', to, subject: 'Choose', body: ['Hello'] });

test('the mail that confirms an erasure goes out, and the log has nothing of whom it went to', async () => {
  await postRoom().send(accountErased('erased-1', { to: 'gone@example.com', name: 'Ada' }));
  expect(server.mails.filter(({ to }) => to === 'gone@example.com')).toHaveLength(1);
  const entry = await log.findById('erased-1').lean();
  expect(entry).toMatchObject({ state: 'accepted', to: 'erased', template: 'account_erased' });
  expect(entry).not.toHaveProperty('addressKey');
});

test('a mail to somebody who was forgotten before it could go is not sent', async () => {
  await postRoom().send(aMail('late-1', erasedEmail));
  expect([await log.findById('late-1'), server.mails.filter(({ to }) => to === erasedEmail)]).toEqual([null, []]);
});

test('of mails to somebody who is forgotten the log keeps only that they were sent, and of others everything', async () => {
  const [ada, eve] = ['forget.ada@example.com', 'forget.eve@example.com'];
  const rows: [string, string][] = [
    ['password-a1-x', ada],
    ['verification-a1-y', 'squatted@example.com'],
    ['verification-a10-y', eve],
    ['password-e1-z', eve],
  ];
  for (const [key, to] of rows) await postRoom().send(aMail(key, to));
  const { failed } = await shop.app.get(Erasers).erase({ userId: 'a1', verifiedEmail: ada.toUpperCase(), erasedAt: new Date() });
  expect(failed).toEqual([]);
  const kept = await Promise.all(rows.map(async ([key]) => (await log.findById(key).lean())?.to));
  expect(kept).toEqual(['erased', 'erased', 'f***@example.com', 'f***@example.com']);
});

test('an order that forgets its buyer takes its mails along', async () => {
  const [order, other] = [anOrder(), anOrder()];
  for (const one of [order, other]) await announce(one);
  for (const one of [order, other]) await settled(one);
  const { orderId, orderNumber } = order;
  const erasing = `test:${orderId}`;
  await shop.app
    .get(Transactions)
    .run(async () => shop.app.get(Outbox).add(erasing, 0, [new BuyerErased({ orderId, orderNumber })], new Date()));
  await shop.app.get(Outbox).settled(erasing);
  expect([(await entryOf(order))?.to, (await entryOf(other))?.to]).toEqual(['erased', 'a***@example.com']);
});

import { MailServer } from '../../../libs/notifications/src/testing/mail-server';
import { Client, type Json } from './support/client';
import { eventually, Shop } from './support/shop';

let server: MailServer;
let shop: Shop;
beforeAll(async () => {
  server = await MailServer.start();
  shop = await Shop.start({
    DEMO_DATA: 'true',
    SMTP_URL: server.url,
    MAIL_FROM: 'The Shop <orders@shop.example>',
    STOREFRONT_URL: 'https://shop.example/en/',
  });
}, 60_000);
afterAll(async () => {
  await shop.stop();
  await server.goDown();
});

async function buy(): Promise<string> {
  const buyer = await Client.guest(shop);
  const { body } = await buyer.get('/api/products?inStock=true&sort=price&limit=50');
  const affordable = (variant: Json): boolean => variant.price > 100 && variant.stock > 10;
  const product = body.data.find((candidate: Json) => candidate.variants.some(affordable));
  await buyer.post('/api/cart/items', { productId: product.id, variantId: product.variants.find(affordable).id, quantity: 1 });
  const placed = await buyer.checkout();
  await buyer.orderIn(placed.body.orderNumber, 'Processing');
  return placed.body.orderNumber as string;
}

const mailsAbout = (orderNumber: string): Json[] =>
  server.mails.filter(({ raw }) => raw.includes(`Subject: Your order ${orderNumber}\r\n`));

async function logOf(orderNumber: string): Promise<Json[]> {
  return (await (await Client.admin(shop)).get(`/api/admin/mails?orderNumber=${orderNumber}`)).body.data;
}

test('a buyer gets the confirmation by mail; a shop that keeps connections to the mail server stops when it is told to, and remembers the mail', async () => {
  const orderNumber = await buy();
  await eventually('the confirmation', () => Promise.resolve(mailsAbout(orderNumber).length > 0));
  expect(await shop.terminate()).toEqual({ code: 0, signal: null });
  await shop.boot();
  const state = { key: `${orderNumber}-confirmation`, template: 'order_confirmation', state: 'accepted', to: 'g***@example.com' };
  expect(await logOf(orderNumber)).toEqual([expect.objectContaining(state)]);
  const next = await buy();
  await eventually('the next confirmation', () => Promise.resolve(mailsAbout(next).length > 0));
  expect([mailsAbout(orderNumber).length, mailsAbout(next).length]).toEqual([1, 1]);
}, 60_000);

test('whoever registers is asked whether the address is theirs, and can choose another password by mail', async () => {
  const email = 'ada.by.mail@example.com';
  const client = await Client.user(shop, email);
  const tokenIn = (page: string): Promise<string> =>
    eventually(`the letter with ${page}`, () => {
      // Long lines are broken with a = at their end (quoted-printable).
      const texts = server.mails.filter(({ to }) => to === email).map(({ raw }) => raw.replace(/=\r\n/g, '').replaceAll('=3D', '='));
      return Promise.resolve(
        texts.map((text) => new RegExp(`https://shop.example/en/${page}\\?token=([\\w.-]+)`).exec(text)?.[1]).find(Boolean),
      );
    });
  const anybody = new Client(shop);
  expect((await anybody.post('/api/auth/email/verify', { token: await tokenIn('verify-email') })).status).toBe(204);
  expect((await client.get('/api/users/me/profile')).body.emailVerifiedAt).toEqual(expect.any(String));
  expect((await anybody.post('/api/auth/password/forgot', { email: email.toUpperCase() })).status).toBe(202);
  const newPassword = 'a better horse battery';
  expect((await anybody.post('/api/auth/password/reset', { token: await tokenIn('reset-password'), newPassword })).status).toBe(204);
  expect((await anybody.post('/api/auth/login', { email, password: newPassword })).status).toBe(200);
  const admin = await Client.admin(shop);
  const logged = (await admin.get('/api/admin/mails?template=password_reset')).body.data;
  expect(logged).toEqual([expect.objectContaining({ state: 'accepted', to: 'a***@example.com' })]);
  expect(logged[0].orderNumber).toBeUndefined();
}, 60_000);

test('an account that gets back an address it had before is asked for it again', async () => {
  const [first, second] = ['grace.by.mail@example.com', 'grace.elsewhere@example.com'];
  const client = await Client.user(shop, first);
  const letters = (email: string): number =>
    server.mails.filter(({ to, raw }) => to === email && raw.replace(/=\r\n/g, '').includes('/verify-email?token')).length;
  const told = (email: string, times: number): Promise<unknown> =>
    eventually(`letter ${times} to ${email}`, () => Promise.resolve(letters(email) === times));
  await told(first, 1);
  for (const [email, times] of [
    [second, 1],
    [first, 2],
  ] as const) {
    const changed = await client.put('/api/users/me/profile', { name: 'Grace', email, currentPassword: 'correct horse battery' });
    expect(changed.status).toBe(200);
    await told(email, times);
  }
}, 60_000);

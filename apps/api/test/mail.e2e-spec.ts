import { MailServer } from '../../../libs/notifications/src/testing/mail-server';
import { Client, type Json } from './support/client';
import { eventually, Shop } from './support/shop';

let server: MailServer;
let shop: Shop;
beforeAll(async () => {
  server = await MailServer.start();
  shop = await Shop.start({ DEMO_DATA: 'true', SMTP_URL: server.url, MAIL_FROM: 'The Shop <orders@shop.example>' });
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

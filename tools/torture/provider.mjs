// The payment provider in our own hands: the sandbox, with a wire between it and the shop on which answers can be held back, and whose webhooks come to us, to be
// handed to the shop when and in what order we like. Their bodies and signatures are the sandbox's own.
import { createServer, request as call } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { builtAt } from './build-copy.mjs';
import { until } from './lanes.mjs';

const heldCalls = new Set(['POST /v1/payment_intents', 'POST /v1/refunds']);
const [secretKey, webhookSecret] = ['sk_test_torture', 'whsec_torture'];

export class HeldProvider {
  static async start() {
    const provider = new HeldProvider();
    const { startPaymentSandbox } = createRequire(import.meta.url)(join(builtAt, 'dist/libs/payment-sandbox/src/index.js'));
    provider.sandbox = await startPaymentSandbox({ port: 0, secretKey });
    provider.server = createServer((request, response) => provider.serve(request, response));
    await new Promise((resolve) => provider.server.listen(0, '127.0.0.1', resolve));
    provider.url = `http://127.0.0.1:${provider.server.address().port}`;
    provider.sandbox.setWebhook(`${provider.url}/from-the-provider`, webhookSecret);
    return provider;
  }

  /** Calls whose answers wait here: `{ call, body, answer, open }`. */
  held = [];
  /** Texts in calls whose answers wait no longer, also when the call is repeated. */
  opened = new Set();
  /** Webhooks as they came, by the payment that they are about. */
  webhooks = new Map();

  get sandboxPort() {
    return this.sandbox.port;
  }

  /** What the shop is configured with to talk to it. */
  get env() {
    return { STRIPE_SECRET_KEY: secretKey, STRIPE_WEBHOOK_SECRET: webhookSecret, STRIPE_API_URL: this.url };
  }

  /** The answer to a call of the shop with this text in its body, which waits until `open()`. Resolves as soon as the provider has done its part. */
  async answerTo(call, text) {
    const found = await until(() => this.held.find((held) => held.call === call && held.body.includes(text)));
    if (!found) throw new Error(`The shop has not called ${call} with ${text}.`);
    const heldAt = Date.now();
    const open = () => {
      this.longestMs = Math.max(this.longestMs ?? 0, Date.now() - heldAt);
      this.opened.add(text);
      this.held.filter(({ body }) => body.includes(text)).forEach((held) => held.open());
      this.held = this.held.filter(({ body }) => !body.includes(text));
    };
    return { answer: found.answer, open };
  }

  /** A call to the provider, past the shop: as by its own dashboard. */
  async ask(method, path, form) {
    const response = await fetch(this.sandbox.url + path, {
      method,
      headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: form && new URLSearchParams(form),
    });
    if (!response.ok) throw new Error(`The provider refuses ${method} ${path}: ${await response.text()}`);
    return response.json();
  }

  /** The webhooks about a payment, once all of these types are there, in that order. */
  async eventsOf(payment, types) {
    const there = () => this.webhooks.get(payment) ?? [];
    const named = () => types.map((type) => there().find((webhook) => webhook.type === type));
    if (!(await until(() => named().every(Boolean)))) throw new Error(`Only ${there().map(({ type }) => type)} came about ${payment}.`);
    return named();
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await this.sandbox.stop();
  }

  async serve(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    if (request.url === '/from-the-provider') return this.keep(request, body, response);
    const name = `${request.method} ${request.url}`;
    const passed = call(this.sandbox.url + request.url, { method: request.method, headers: request.headers }, async (answer) => {
      const parts = [];
      for await (const part of answer) parts.push(part);
      const text = Buffer.concat(parts).toString();
      if (heldCalls.has(name)) await this.wait({ call: name, body: body.toString(), answer: JSON.parse(text) });
      response.writeHead(answer.statusCode, answer.headers).end(text);
    });
    passed.on('error', () => response.destroy());
    passed.end(body);
  }

  async wait(held) {
    if ([...this.opened].some((text) => held.body.includes(text))) return;
    await new Promise((open) => this.held.push({ ...held, open }));
  }

  keep(request, body, response) {
    const event = JSON.parse(body.toString());
    const { object } = event.data;
    const payment = object.object === 'payment_intent' ? object.id : object.payment_intent;
    const signature = request.headers['stripe-signature'];
    this.webhooks.set(payment, [...(this.webhooks.get(payment) ?? []), { type: event.type, body: body.toString(), signature }]);
    response.end('{}');
  }
}

/** Hands a webhook to the shop as the provider would. Gives the status of its answer. */
export async function deliver(shop, { body, signature }) {
  const response = await fetch(`${shop.url}/api/payments/webhooks/stripe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': signature },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}

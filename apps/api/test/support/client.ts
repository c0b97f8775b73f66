import { randomUUID } from 'node:crypto';
import { admin, eventually, type Shop } from './shop';

/** An answer of the shop, parsed. */
export interface Answer<Body = Json> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a story looks into answers freely; what is wrong fails its assertion
export type Json = any;

export const address = {
  name: 'Ada Lovelace',
  phone: '+44 20 7946 0958',
  line1: '12 St James Square',
  city: 'London',
  state: 'Greater London',
  pincode: 'SW1Y 4JH',
  country: 'GB',
};

/** Somebody who talks to the shop over HTTP, with or without a token. */
export class Client {
  constructor(
    readonly shop: Shop,
    readonly token?: string,
    readonly email = 'guest@example.com',
  ) {}

  static async guest(shop: Shop): Promise<Client> {
    const { body } = await new Client(shop).post('/api/auth/guest');
    return new Client(shop, body.accessToken as string);
  }

  static async user(shop: Shop, email: string, guest?: Client): Promise<Client> {
    const { status, body } = await new Client(shop, guest?.token).post('/api/auth/register', {
      name: 'Ada',
      email,
      password: 'correct horse battery',
    });
    if (status !== 201) throw new Error(`No account: ${JSON.stringify(body)}`);
    return new Client(shop, body.accessToken as string, email);
  }

  static async admin(shop: Shop): Promise<Client> {
    const { status, body } = await new Client(shop).post('/api/auth/login', admin);
    if (status !== 200) throw new Error(`No admin: ${JSON.stringify(body)}`);
    return new Client(shop, body.accessToken as string, admin.email);
  }

  /** An admin who sells as well, and what each of the products needs: a vendor and a category. */
  static async seller(shop: Shop): Promise<{ back: Client; goods: { readonly vendor: string; readonly category: string } }> {
    const first = await Client.admin(shop);
    const vendor = (await first.get('/api/admin/users')).body.data[0].id as string;
    await first.put(`/api/admin/users/${vendor}/roles`, { roles: ['user', 'vendor', 'admin'] });
    const back = await Client.admin(shop); // roles stand in the token
    const category = (await back.post('/api/categories', { name: 'Goods' })).body.id as string;
    return { back, goods: { vendor, category } };
  }

  /** An admin of a shop that sells one thing: fifty lamps at 20.00. */
  static async lampSeller(shop: Shop): Promise<{ back: Client; lamp: Json }> {
    const { back, goods } = await Client.seller(shop);
    const about = { ...goods, name: 'Lamp', sku: 'LAMP', brand: 'Own', basePrice: 2000, currency: 'USD', stock: 50 };
    return { back, lamp: (await back.post('/api/products', about)).body };
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('GET', path, undefined, headers);
  }

  /** With a key of its own, as a careful client sends it, unless `headers` has another one, or an empty one for none at all. */
  post(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('POST', path, body, { 'Idempotency-Key': randomUUID(), ...headers });
  }

  put(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('PUT', path, body, headers);
  }

  patch(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('PATCH', path, body, headers);
  }

  delete(path: string, headers: Record<string, string> = {}, body?: unknown): Promise<Answer> {
    return this.send('DELETE', path, body, headers);
  }

  /** Checks the cart out with a test token of the provider. */
  checkout(token = 'pm_card_visa', extra: Record<string, unknown> = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return this.post('/api/orders', { shippingAddress: address, email: this.email, payment: { token }, ...extra }, headers);
  }

  async order(orderNumber: string): Promise<Json> {
    return (await this.get(`/api/orders/${orderNumber}`)).body;
  }

  /** Waits until the order has come to a status. */
  async orderIn(orderNumber: string, status: string, seconds = 20): Promise<Json> {
    return comesTo(status, () => this.order(orderNumber), seconds);
  }

  send(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
    const json: Record<string, string> = body === undefined ? {} : { 'Content-Type': 'application/json' };
    return this.exchange(path, { method, body: body === undefined ? undefined : JSON.stringify(body) }, { ...json, ...headers });
  }

  /** Sends a file. */
  upload(path: string, file: string | Buffer, type = 'application/x-ndjson', headers: Record<string, string> = {}): Promise<Answer> {
    const all = { 'Idempotency-Key': randomUUID(), 'Content-Type': type, ...headers };
    return this.exchange(path, { method: 'POST', body: file as RequestInit['body'] }, all);
  }

  private async exchange(path: string, init: RequestInit, headers: Record<string, string>): Promise<Answer> {
    const response = await fetch(`${this.shop.url}${path}`, {
      ...init,
      headers: {
        ...(this.token ? { Authorization: `Bearer ${this.token}` } : {}),
        ...Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== '')),
      },
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: isJson && text ? JSON.parse(text) : text };
  }
}

/** Waits until what is looked at has come to a status. */
export async function comesTo<T extends { readonly status: string }>(status: string, look: () => Promise<T>, seconds = 20): Promise<T> {
  const arrived = async (): Promise<T | false> => {
    const seen = await look();
    return seen.status === status && seen;
  };
  return eventually(status, arrived, seconds);
}

/** Disturbs the payment sandbox: its control plane is described in its README. */
export async function control(shop: Shop, path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${shop.sandboxUrl}/_sandbox/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`The sandbox refused ${path}: ${await response.text()}`);
}

/** What the payment sandbox says that moved: captured, refunded and net of every payment. */
export async function ledger(shop: Shop): Promise<Json> {
  return (await fetch(`${shop.sandboxUrl}/_sandbox/ledger`)).json();
}

import type { TestApp } from '../../../platform/src/testing/test-app';

export interface Answer {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- specs look into answers of every shape
  readonly body: any;
  readonly headers: Headers;
}

interface Ask {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export const password = 'correct horse battery';
export const anAddress = {
  name: 'Ada Lovelace',
  phone: '+44 20 7946 0958',
  line1: '12 St James Square',
  city: 'London',
  state: 'Greater London',
  pincode: 'SW1Y 4JH',
  country: 'GB',
};

/** Speaks to the shop as a frontend does. */
export class Client {
  private count = 0;

  constructor(private readonly shop: TestApp) {}

  async ask(method: string, path: string, { token, body, headers = {} }: Ask = {}): Promise<Answer> {
    const response = await fetch(this.shop.url + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : undefined, headers: response.headers };
  }

  /** Somebody new, with an email of their own unless one is given. */
  async register(account: { name?: string; email?: string } = {}, token?: string): Promise<Answer> {
    this.count += 1;
    const body = { name: 'Ada Lovelace', email: `ada${this.count}@example.com`, password, ...account };
    return this.ask('POST', '/api/auth/register', { body, token });
  }

  async login(email: string, given = password, token?: string): Promise<Answer> {
    return this.ask('POST', '/api/auth/login', { body: { email, password: given }, token });
  }

  async guest(): Promise<Answer> {
    return this.ask('POST', '/api/auth/guest');
  }

  async refresh(refreshToken: string): Promise<Answer> {
    return this.ask('POST', '/api/auth/refresh', { body: { refreshToken } });
  }
}

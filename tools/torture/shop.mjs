// A shop under torture: the built program in a process of its own, and what its buyers, its admin and the payment provider's books say.
import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const admin = { email: 'torture@shop.example', password: 'a password under torture' };
const address = {
  name: 'Ada',
  phone: '+44 20 1234',
  line1: '12 St James Sq',
  city: 'London',
  state: 'London',
  pincode: 'SW1Y 4JH',
  country: 'GB',
};

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Shop {
  static async start(env = {}) {
    const shop = new Shop();
    shop.dataDir = mkdtempSync(join(tmpdir(), 'cartwright-torture-'));
    shop.armed = join(shop.dataDir, 'armed');
    shop.crashLog = join(shop.dataDir, 'crashes.log');
    writeFileSync(shop.crashLog, '');
    [shop.port, shop.sandboxPort] = [await freePort(), await freePort()];
    shop.env = env;
    await shop.boot();
    return shop;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts the program; `crashAt` ("12:before") has it end itself there once armed, '' only counts. */
  async boot(crashAt) {
    const preload = crashAt === undefined ? [] : ['-r', join(root, 'tools/torture/crash-points.cjs')];
    const env = this.environment(
      crashAt === undefined ? {} : { CRASH_AT: crashAt, CRASH_ARMED: this.armed, CRASH_LOG: this.crashLog, CRASH_ROOT: root },
    );
    const child = spawn(process.execPath, [...preload, join(root, 'dist/apps/api/src/main.js')], {
      env,
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.child = child;
    this.ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
    child.stderr.on('data', (chunk) => appendFileSync(join(this.dataDir, 'shop.log'), chunk));
    const deadline = Date.now() + 60_000;
    while (!(await this.isReady())) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`The shop did not start; see ${this.dataDir}/shop.log.`);
      await pause(25);
    }
    this.token = (await this.send('POST', '/api/auth/login', { body: admin })).body.accessToken;
  }

  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  async stop() {
    this.child.kill('SIGTERM');
    await this.ended;
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  arm() {
    writeFileSync(this.armed, '');
  }

  disarm() {
    rmSync(this.armed, { force: true });
  }

  /** A product with so many pieces, for torturing. */
  async product(sku, stock, basePrice = 2000) {
    this.goods ??= await this.makeGoods();
    const body = { name: sku, brand: 'Own', ...this.goods, basePrice, currency: 'USD', sku, stock };
    return (await this.asAdmin('POST', '/api/products', body)).body;
  }

  async makeGoods() {
    const vendor = (await this.asAdmin('GET', '/api/admin/users')).body.data[0].id;
    await this.asAdmin('PUT', `/api/admin/users/${vendor}/roles`, { roles: ['user', 'vendor', 'admin'] });
    this.token = (await this.send('POST', '/api/auth/login', { body: admin })).body.accessToken;
    return { vendor, category: (await this.asAdmin('POST', '/api/categories', { name: 'Torture' })).body.id };
  }

  async guestWith(product, quantity = 1) {
    const { accessToken } = (await this.send('POST', '/api/auth/guest')).body;
    await this.send('POST', '/api/cart/items', { token: accessToken, body: { productId: product.id, quantity } });
    return accessToken;
  }

  checkout(token, { key, card = 'pm_card_visa' } = {}) {
    const body = { email: 'ada@example.com', shippingAddress: address, payment: { token: card } };
    return this.send('POST', '/api/orders', { token, body, headers: key ? { 'Idempotency-Key': key } : {} });
  }

  asAdmin(method, path, body) {
    return this.send(method, path, { token: this.token, body });
  }

  /** `{ status, body }`; a connection that breaks is status 0. */
  async send(method, path, { token, body, headers = {} } = {}) {
    try {
      const response = await fetch(this.url + path, {
        method,
        headers: { ...(token && { authorization: `Bearer ${token}` }), ...(body && { 'content-type': 'application/json' }), ...headers },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(60_000),
      });
      return { status: response.status, body: await response.json() };
    } catch (error) {
      return { status: 0, body: { code: 'no_connection', detail: String(error) } };
    }
  }

  async control(method, path, body) {
    const options = { method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body) };
    const response = await fetch(`http://127.0.0.1:${this.sandboxPort}/_sandbox/${path}`, options);
    if (!response.ok) throw new Error(`The sandbox refuses ${path}: ${await response.text()}`);
    return response.json();
  }

  /** Every order there is. */
  async orders() {
    const all = [];
    for (let cursor = ''; ;) {
      const { body } = await this.asAdmin('GET', `/api/admin/orders?limit=100${cursor && `&cursor=${cursor}`}`);
      all.push(...body.data);
      cursor = body.pagination.nextCursor;
      if (!cursor) return all;
    }
  }

  /** What `cli doctor` says, beside the running shop. */
  async doctor() {
    const child = spawn(process.execPath, [join(root, 'dist/apps/cli/src/main.js'), 'doctor', '--json'], {
      env: this.environment(),
      cwd: root,
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    await new Promise((resolve) => child.once('exit', resolve));
    return JSON.parse(output);
  }

  environment(more = {}) {
    return {
      PATH: process.env.PATH,
      PORT: String(this.port),
      PAYMENT_SANDBOX_PORT: String(this.sandboxPort),
      DATA_DIR: this.dataDir,
      DEMO_DATA: 'false',
      ADMIN_EMAIL: admin.email,
      ADMIN_PASSWORD: admin.password,
      RATE_LIMIT_PER_MINUTE: '0',
      AUTH_RATE_LIMIT_PER_MINUTE: '0',
      LOG_LEVEL: 'warn',
      ...this.env,
      ...more,
    };
  }

  async isReady() {
    return fetch(`${this.url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Runs `work` for each item, so many at a time, in order of the items. */
export async function inParallel(items, atOnce, work) {
  const results = new Array(items.length);
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index], index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  return results;
}

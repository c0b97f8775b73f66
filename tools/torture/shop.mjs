// A shop under torture: the built program in a process of its own, and what its buyers, its admin and the payment provider's books say.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { clearInterval, setInterval } from 'node:timers';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtAt } from './build-copy.mjs';
import { root } from './root.mjs';
import { pause } from './lanes.mjs';

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
const running = new Set();
const taken = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export class Shop {
  /**
   * `provider`: the payment provider that the shop talks to; without one it runs its own sandbox. `crashable`: {@link crashAt} may end it. `cluster`: it is
   * several processes, of which {@link killOne} ends one.
   */
  static async start({ env = {}, provider, crashable = false, cluster = false } = {}) {
    const shop = new Shop();
    shop.program = cluster ? join(root, 'tools/cluster.mjs') : join(builtAt, 'dist/apps/api/src/main.js');
    shop.dataDir = mkdtempSync(join(tmpdir(), 'cartwright-torture-'));
    shop.port = await freePort();
    shop.sandboxPort = provider?.sandboxPort ?? (await freePort());
    shop.env = { ...env, ...provider?.env };
    shop.crashable = crashable;
    await shop.boot();
    return shop;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts the program and waits until it is ready. */
  async boot() {
    const startedAt = Date.now();
    const preload = this.crashable ? ['-r', new URL('crash-points.cjs', import.meta.url).pathname] : [];
    const child = spawn(process.execPath, [...preload, this.program], {
      env: this.environment(this.crashable ? { CRASH_PLAN: this.crashPlan, CRASH_LOG: this.crashLog, CRASH_ROOT: builtAt } : {}),
      cwd: builtAt,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    this.said = '';
    child.stdout.on('data', (chunk) => (this.said = (this.said + chunk).slice(-100_000)));
    running.add(child);
    this.ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
    void this.ended.then(() => running.delete(child));
    child.stderr.on('data', (chunk) => appendFileSync(this.log, chunk));
    while (!(await this.isReady())) {
      if (child.exitCode !== null || Date.now() > startedAt + 180_000) {
        const log = existsSync(this.log) ? readFileSync(this.log, 'utf8').slice(-2000) : '';
        throw new Error(`The shop did not start (it ended with ${child.exitCode}): ${log}`);
      }
      await pause(25);
    }
    this.readyAt = Date.now();
    this.token = (await this.send('POST', '/api/auth/login', { body: admin })).body.accessToken;
  }

  /** From now on a process of the cluster, picked at random, is killed and started anew so often, when all are there; 0 ends that. */
  killEvery(everyMs) {
    clearInterval(this.killer);
    if (everyMs > 0) this.killer = setInterval(() => this.child.kill('SIGUSR2'), everyMs);
  }

  /** How many were killed so far. */
  killed() {
    return this.said.match(/^kill -9 /gm)?.length ?? 0;
  }

  /** Waits until everybody of a cluster is there again. */
  async whole() {
    for (let steady = 0; steady < 20;) {
      steady = (await this.isReady()) ? steady + 1 : 0;
      await pause(100);
    }
  }

  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  async stop() {
    this.killEvery(0);
    this.child.kill('SIGTERM');
    await this.ended;
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** What it has said on its standard error. */
  get log() {
    return join(this.dataDir, 'shop.log');
  }

  get crashPlan() {
    return join(this.dataDir, 'crash-plan');
  }

  get crashLog() {
    return join(this.dataDir, 'crashes.log');
  }

  /** From now on points are counted; the process ends itself at `point` ("insert orders#1"), `before` or `after` it. Without a point they are only written down. */
  arm(point = '', moment = '') {
    this.armings = (this.armings ?? 0) + 1;
    writeFileSync(this.crashLog, '');
    writeFileSync(this.crashPlan, `${point}|${moment}|${this.armings}`);
  }

  disarm() {
    rmSync(this.crashPlan, { force: true });
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
    const { accessToken } = (await this.guest()).body;
    await this.putInCart(accessToken, product, { quantity });
    return accessToken;
  }

  guest() {
    return this.send('POST', '/api/auth/guest');
  }

  putInCart(token, product, { quantity, key }) {
    return this.send('POST', '/api/cart/items', { token, body: { productId: product.id, quantity }, headers: keyed(key) });
  }

  checkout(token, { key, card = 'pm_card_visa', email = 'ada@example.com' } = {}) {
    const body = { email, shippingAddress: address, payment: { token: card } };
    return this.send('POST', '/api/orders', { token, body, headers: keyed(key) });
  }

  asAdmin(method, path, body, key) {
    return this.send(method, path, { token: this.token, body, headers: keyed(key) });
  }

  /** `{ status, body }`; a connection that breaks is status 0. A client that is told to come later, because there is too much to do, comes later. */
  async send(method, path, options) {
    for (let time = 1; ; time += 1) {
      const answer = await this.sendOnce(method, path, options);
      if (answer.body.code !== 'overloaded' || time === 60) return answer;
      await pause(1_000);
    }
  }

  async sendOnce(method, path, { token, body, headers = {} } = {}) {
    try {
      const response = await fetch(this.url + path, {
        method,
        headers: { ...(token && { authorization: `Bearer ${token}` }), ...(body && { 'content-type': 'application/json' }), ...headers },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(240_000),
      });
      return { status: response.status, body: await response.json() };
    } catch (error) {
      return { status: 0, body: { code: 'no_connection', detail: String(error) } };
    }
  }

  /** A call to the control plane of the payment sandbox. */
  async control(method, path, body) {
    const options = { method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body) };
    const response = await fetch(`http://127.0.0.1:${this.sandboxPort}/_sandbox/${path}`, options);
    if (!response.ok) throw new Error(`The sandbox refuses ${path}: ${await response.text()}`);
    return response.json();
  }

  /** Every order there is, or every one of a status. */
  async orders(status) {
    const all = [];
    for (let cursor = ''; ;) {
      const query = `limit=100${status ? `&status=${status}` : ''}${cursor && `&cursor=${cursor}`}`;
      const { status: answered, body } = await this.asAdmin('GET', `/api/admin/orders?${query}`);
      if (answered !== 200) throw new Error(`The list of orders was answered ${answered}: ${JSON.stringify(body)}`);
      all.push(...body.data);
      cursor = body.pagination.nextCursor;
      if (!cursor) return all;
    }
  }

  /** What `cli doctor` says, beside the running shop. */
  async doctor() {
    const child = spawn(process.execPath, [join(builtAt, 'dist/apps/cli/src/main.js'), 'doctor', '--json'], {
      env: this.environment(),
      cwd: builtAt,
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    let complaints = '';
    child.stderr.on('data', (chunk) => (complaints += chunk));
    const code = await new Promise((resolve) => child.once('close', resolve));
    if (output === '') throw new Error(`The doctor ended with ${code} and said nothing but: ${complaints.slice(-2000)}`);
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
      CARTWRIGHT_DIST: join(builtAt, 'dist'),
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

function keyed(key) {
  return key ? { 'Idempotency-Key': key } : {};
}

/** Does something with a shop of its own, which is gone afterwards. */
export async function onShop(options, work) {
  const shop = await Shop.start(options);
  try {
    return await work(shop);
  } finally {
    await shop.stop();
  }
}

/** Below those that the system gives to whoever connects: the port of a shop that was killed would be another's by the time that it is started again. */
async function freePort() {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    if (!taken.has(port) && (await isFree(port))) {
      taken.add(port);
      return port;
    }
  }
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

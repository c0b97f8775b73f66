// What the benchmarks do to a shop over HTTP, and how they reckon.
import { readFileSync } from 'node:fs';

export const admin = { email: 'bench@shop.example', password: 'a password for the bench' };

const address = {
  name: 'Ada',
  phone: '+44 20 1234',
  line1: '12 St James Sq',
  city: 'London',
  state: 'London',
  pincode: 'SW1Y 4JH',
  country: 'GB',
};

/** A shop's buyers and its admin. */
export function clientOf(url) {
  async function send(method, path, token, body) {
    const headers = { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(body ? { 'content-type': 'application/json' } : {}) };
    const response = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
    const answer = await response.json();
    if (!response.ok) throw Object.assign(new Error(`${method} ${path}: ${JSON.stringify(answer)}`), { code: answer.code });
    return answer;
  }

  /** The token of a new guest with one piece in the cart. */
  async function newCart(product, variant) {
    const { accessToken } = await send('POST', '/api/auth/guest', undefined, {});
    await send('POST', '/api/cart/items', accessToken, { productId: product.id, variantId: variant.id, quantity: 1 });
    return accessToken;
  }

  async function place(token) {
    return send('POST', '/api/orders', token, { email: 'ada@example.com', shippingAddress: address, payment: { token: 'pm_card_visa' } });
  }

  async function newProducts(howMany) {
    const login = () => send('POST', '/api/auth/login', undefined, admin);
    const { user, accessToken } = await login();
    await send('PUT', `/api/admin/users/${user.id}/roles`, accessToken, { roles: ['user', 'vendor', 'admin'] });
    const token = (await login()).accessToken;
    const { id: category } = await send('POST', '/api/categories', token, { name: 'Bench' });
    const content = { brand: 'Bench', category, vendor: user.id, basePrice: 1999, currency: 'USD', stock: 1_000_000 };
    const make = (index) => send('POST', '/api/products', token, { ...content, name: `Bench ${index}`, sku: `BENCH-${index}` });
    const made = [];
    for (let index = 0; index < howMany; index += 1) made.push(await make(index));
    return made;
  }

  return { send, newCart, place, newProducts };
}

/** The memory that a process holds, in megabytes. */
export function rssMb(pid) {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024);
}

export function percentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return round(sorted[Math.floor((sorted.length * share) / 100)]);
}

export function round(value) {
  return Math.round(value * 100) / 100;
}

export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

import { control } from './with-sandbox';

type Json = ReturnType<typeof JSON.parse>;

/** A thin client of the sandbox's Razorpay, as an adapter would have it. */
export function razorpayClient(url: string, key = 'rzp_test_sandbox:razorpay_sandbox_secret') {
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: Json }> => {
    const authorization = `Basic ${Buffer.from(key).toString('base64')}`;
    const response = await fetch(`${url}/razorpay/v1/${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
  const order = async (more: object = {}): Promise<Json> =>
    (await call('POST', 'orders', { amount: 50_000, currency: 'INR', ...more })).body;
  /** What the buyer's checkout answers. */
  const pay = (orderId: string, buyer: object = {}): Promise<Json> => control(url, 'POST', `razorpay_orders/${orderId}/pay`, buyer);
  const payment = async (id: string): Promise<Json> => (await call('GET', `payments/${id}`)).body;
  return { call, order, pay, payment };
}

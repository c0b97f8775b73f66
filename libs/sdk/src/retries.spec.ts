import fc from 'fast-check';
import { ApiError, isApiError, secondsUntil } from './api-error';
import { defaultRetries, waitAfter, type Outcome } from './retries';

const answer = (status: number, headers: Record<string, string> = {}, code?: string): Outcome => ({
  response: new Response(null, { status, headers }),
  code,
});
const lost: Outcome = { failure: new TypeError('fetch failed') };
const call = (method: string, attempt = 1, keyed = method === 'POST'): { method: string; attempt: number; keyed: boolean } => ({
  method,
  attempt,
  keyed,
});

test.each<[string, Outcome, string, boolean, boolean]>([
  ['a lost GET', lost, 'GET', false, true],
  ['a lost keyed POST', lost, 'POST', true, true],
  ['a lost POST without a key', lost, 'POST', false, false],
  ['a lost PUT', lost, 'PUT', false, true],
  ['a lost DELETE', lost, 'DELETE', false, true],
  ['a lost PATCH, which may have been done', lost, 'PATCH', false, false],
  ['a PATCH that was refused as one too many', answer(429), 'PATCH', false, true],
  ['an unavailable shop', answer(503), 'GET', false, true],
  ['an unavailable shop, for a PATCH', answer(503), 'PATCH', false, false],
  ['a gateway that found nobody', answer(502), 'POST', true, true],
  ['a POST whose first attempt still runs', answer(409, {}, 'idempotency_in_progress'), 'POST', true, true],
  ['another conflict', answer(409, {}, 'out_of_stock'), 'POST', true, false],
  ['an answer that was kept and came again', answer(503, { 'Idempotent-Replayed': 'true' }), 'POST', true, false],
  ['a mistake of the shop', answer(500), 'GET', false, false],
  ['a refusal', answer(422), 'GET', false, false],
  ['success', answer(200), 'GET', false, false],
])('%s', (_what, outcome, method, keyed, again) => {
  expect(waitAfter(outcome, call(method, 1, keyed), defaultRetries, 0.5) !== undefined).toBe(again);
});

test('waits double, vary, never exceed the longest one, and end with the attempts', () => {
  const policy = { attempts: 12, firstWaitMs: 100, longestWaitMs: 1000 };
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 11 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, random) => {
      const ceiling = Math.min(1000, 100 * 2 ** (attempt - 1));
      const wait = waitAfter(lost, call('GET', attempt), policy, random)!;
      expect(wait).toBeGreaterThanOrEqual(ceiling / 2);
      expect(wait).toBeLessThan(ceiling);
    }),
  );
  expect(waitAfter(lost, call('GET', 12), policy, 0)).toBeUndefined();
});

test('Retry-After is waited for, and is thrown at once when it is longer than a call shall take', () => {
  const policy = { attempts: 3, firstWaitMs: 100, longestWaitMs: 5000 };
  const asked = (seconds: string, random: number): number | undefined =>
    waitAfter(answer(429, { 'Retry-After': seconds }), call('GET'), policy, random);
  expect([asked('2', 0), asked('2', 0.5), asked('6', 0)]).toEqual([2000, 2025, undefined]);
});

test('Retry-After is read in seconds and as a date', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(secondsUntil('7', now)).toBe(7);
  expect(secondsUntil('Thu, 01 Jan 2026 00:00:30 GMT', now)).toBe(30);
  expect(secondsUntil('Wed, 31 Dec 2025 00:00:00 GMT', now)).toBe(0);
  expect(secondsUntil('soon', now)).toBeUndefined();
  expect(secondsUntil(null, now)).toBeUndefined();
});

test('an error tells its code, and with it what its details have', () => {
  const problem = {
    code: 'out_of_stock',
    status: 409,
    detail: 'Only 1 left.',
    requestId: 'r-1',
    items: [{ sku: 'A', asked: 2, available: 1 }],
  };
  const error: unknown = new ApiError(new Response(null, { status: 409 }), problem);
  if (!isApiError(error, 'out_of_stock')) throw new Error('It is another error.');
  expect(error.details.items[0]!.available).toBe(1);
  expect(error).toMatchObject({ message: 'Only 1 left.', code: 'out_of_stock', status: 409, requestId: 'r-1', errors: [] });
  expect(isApiError(error, 'cart_empty')).toBe(false);
});

test('an answer that is no problem document is an error all the same', () => {
  const response = new Response(null, { status: 502, headers: { 'Retry-After': '3', 'X-Request-Id': 'r-2' } });
  expect(new ApiError(response, '<html>Bad gateway</html>')).toMatchObject({
    code: 'unreadable_answer',
    status: 502,
    retryAfter: 3,
    requestId: 'r-2',
  });
});

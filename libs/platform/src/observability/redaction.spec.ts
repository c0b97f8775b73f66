import { Types } from 'mongoose';
import { inContext } from './context';
import { createLog, NestLog } from './logger';
import { redact, redactText } from './redaction';

/** What a log writes while `work` logs. */
function written(work: (log: NestLog) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  work(new NestLog(createLog({ LOG_LEVEL: 'trace' }, { write: (line) => void lines.push(line) })));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('secrets and personal data are covered at any depth, in lists, maps and errors', () => {
  const address = { name: 'Ada', line1: '12 St James Sq', city: 'London' };
  const error = Object.assign(new Error('E11000 dup key: { email: "ada@example.com" }'), { keyValue: { email: 'ada@example.com' } });
  const [line] = written((log) =>
    log.warn(
      'told',
      {
        user: { id: '65', passwordHash: 'h4sh', email: 'ada@example.com', sessions: [{ refreshToken: 'r3fresh' }] },
        request: { headers: { Authorization: 'Bearer abcdefghij', Cookie: 'sid=c00kie', 'Set-Cookie': 'sid=c00kie' } },
        order: { shippingAddress: address, lines: [{ sku: 'SAW', quantity: 2 }] },
        byName: new Map([['clientSecret', 'pi_1_secret_2']]),
        error,
      },
      'Test',
    ),
  );
  const text = JSON.stringify(line);
  for (const secret of ['h4sh', 'ada@', 'r3fresh', 'abcdefghij', 'c00kie', 'St James', 'London', '_secret_'])
    expect(text).not.toContain(secret);
  expect(line).toMatchObject({ user: { id: '65', email: '[redacted]' }, order: { lines: [{ sku: 'SAW', quantity: 2 }] } });
  expect(line).toMatchObject({
    error: { type: 'Error', message: 'E11000 dup key: { email: "[email]" }', stack: expect.stringContaining('redaction.spec') },
  });
});

test.each([
  ['No account for ada.lovelace+x@example.co.uk here', 'No account for [email] here'],
  ['connect mongodb://shop:pa55w0rd@db.example:27017/x', 'connect mongodb://[redacted]@db.example:27017/x'],
  ['card 4242 4242 4242 4242 was refused', 'card [card] was refused'],
  ['sent Bearer abc.def-123 on', 'sent Bearer [redacted] on'],
  ['token eyJhbGciOi.eyJzdWIi.c2ln on', 'token [token] on'],
  ['key sk_live_51Habc and whsec_abc', 'key [redacted] and [redacted]'],
  ['intent pi_3Nabc_secret_xyz failed', 'intent [redacted] failed'],
])('what gives itself away by its shape is covered in messages: %s', (message, shown) => {
  expect(redactText(message)).toBe(shown);
  expect(written((log) => log.log(message, 'Test'))[0]).toMatchObject({ msg: shown });
});

test('what is needed to find one’s way stays: ids, times, counts, SKUs', () => {
  const fields = { orderId: '65f0424242424242424242aa', at: new Date('2026-11-26T17:14:52.123Z'), ms: 12, sku: '4006381333931' };
  const [line] = written((log) => log.log('found', fields, 'Test'));
  expect(line).toMatchObject({ ...fields, at: '2026-11-26T17:14:52.123Z' });
  expect(redact({ id: new Types.ObjectId('65f0c2a1b2c3d4e5f6071829'), big: 5n, nothing: null })).toEqual({
    id: '65f0c2a1b2c3d4e5f6071829',
    big: '5',
    nothing: null,
  });
});

test('each line says which request, user, order, event and job it belongs to', () => {
  const context = { requestId: 'r', callerId: 'u', orderId: 'o', eventId: 'e', job: 'j' };
  expect(written((log) => inContext(context, () => log.log('hello')))[0]).toMatchObject(context);
});

test('an object that holds itself is logged all the same', () => {
  const round: Record<string, unknown> = { name: 'round' };
  round.self = round;
  expect(written((log) => log.log('round', round, 'Test'))[0]).toMatchObject({ msg: 'round', self: { name: 'round' } });
});

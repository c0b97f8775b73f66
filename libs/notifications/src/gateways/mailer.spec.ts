import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MailServer } from '../testing/mail-server';
import { MailFolder } from './mail-folder';
import { RecipientRefused, type Mailer, type Message } from './mailer';
import { SmtpMailer } from './smtp-mailer';

const message: Message = {
  key: 'CW-1-confirmation',
  messageId: '<CW-1-confirmation@shop.example>',
  from: 'The Shop <orders@shop.example>',
  to: 'ada@example.com',
  subject: 'Your order CW-1: 2 × Mug',
  text: 'Total: €39.98\n',
  html: '<p>Total: €39.98</p>\n',
};

let server: MailServer;
let dataDir: string;
let smtp: SmtpMailer;
beforeAll(async () => {
  server = await MailServer.start();
  dataDir = await mkdtemp(join(tmpdir(), 'mails-'));
  smtp = new SmtpMailer(server.url);
});
afterAll(async () => {
  smtp.onApplicationShutdown();
  await server.goDown();
  await rm(dataDir, { recursive: true });
});

const adapters: readonly [string, () => Mailer, () => Promise<string | undefined>][] = [
  ['the folder', () => new MailFolder(dataDir), () => readFile(join(dataDir, 'outbox', `${message.key}.eml`), 'utf8')],
  ['an SMTP server', () => smtp, () => Promise.resolve(server.mails.at(-1)?.raw)],
];

describe.each(adapters)('%s', (_, mailer, arrived) => {
  it('gets the mail as it was written: headers, text and HTML', async () => {
    await mailer().send(message);
    const raw = (await arrived()) ?? '';
    const headers = ['From: The Shop <orders@shop.example>', 'To: ada@example.com', `Message-ID: ${message.messageId}`];
    for (const header of [...headers, 'Auto-Submitted: auto-generated']) expect(raw).toContain(`${header}\r\n`);
    expect(raw).toMatch(/Subject: =\?UTF-8\?Q\?Your_order_CW-1=3A_2_=C3=97_Mug\?=/);
    expect(raw).toMatch(/Content-Type: multipart\/alternative/);
    expect(raw).toMatch(/text\/plain[^]*Total: =E2=82=AC39.98[^]*text\/html[^]*<p>Total: =E2=82=AC39.98<\/p>/);
  });

  it('takes no second recipient or header out of what a buyer typed', async () => {
    for (const to of [
      'ada@example.com\r\nBcc: eve@example.com',
      'ada@example.com, eve@example.com',
      'all: ada@example.com, eve@example.com;',
    ]) {
      await mailer()
        .send({ ...message, to, subject: 'Hello\r\nX-Evil: 1' })
        .catch(() => undefined);
    }
    const raw = (await arrived()) ?? '';
    expect(raw).not.toMatch(/^(Bcc|X-Evil):/m);
    expect(server.mails.filter(({ to }) => to.includes('eve@example.com'))).toEqual([]);
  });
});

describe('an SMTP server', () => {
  it.each([
    ['550 5.1.1 no such user', true],
    ['553 mailbox name not allowed', true],
    ['450 4.2.0 greylisted, try again', false],
    ['554 5.7.1 relay access denied', false],
  ])('that answers %s to the recipient refuses it for good: %s', async (answer, forGood) => {
    server.refusals.set('bob@example.com', answer);
    const failure: unknown = await smtp.send({ ...message, to: 'bob@example.com' }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(failure instanceof RecipientRefused).toBe(forGood);
  });

  it('that takes the connection and says nothing is given up, for now', async () => {
    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const mailer = new SmtpMailer(`smtp://127.0.0.1:${(mute.address() as AddressInfo).port}?greetingTimeout=100`);
    const failure: unknown = await mailer.send(message).catch((error: unknown) => error);
    mailer.onApplicationShutdown();
    mute.close();
    expect(failure).toMatchObject({ code: 'ETIMEDOUT' });
    expect(failure).not.toBeInstanceOf(RecipientRefused);
  });

  it('is talked to over a few connections that are kept', async () => {
    const before = { mails: server.mails.length, connections: server.connections };
    await Promise.all(Array.from({ length: 40 }, () => smtp.send(message)));
    expect(server.mails.length - before.mails).toBe(40);
    expect(server.connections - before.connections).toBeLessThanOrEqual(5);
  });

  it('gets the password on this machine, and over a network only when it speaks TLS', async () => {
    const here = new SmtpMailer(server.url.replace('127.0.0.1', 'user:p%40ss@127.0.0.1'));
    await here.send(message);
    here.onApplicationShutdown();
    expect(server.logins).toEqual(['user:p@ss']);
    // The same address, written so that it does not look like this machine's.
    const elsewhere = new SmtpMailer(server.url.replace('127.0.0.1', 'user:secret@[::ffff:127.0.0.1]'));
    const failure: unknown = await elsewhere.send(message).catch((error: unknown) => error);
    elsewhere.onApplicationShutdown();
    expect(failure).toMatchObject({ code: 'ETLS' });
    expect(server.logins).toEqual(['user:p@ss']);
  });
});

import type { OnApplicationShutdown } from '@nestjs/common';
import { createTransport, type NodemailerError } from 'nodemailer';
import { composed, Mailer, RecipientRefused, type Message } from './mailer';

const limits = {
  maxConnections: 5,
  maxMessages: 100,
  /** A kept connection that the server has dropped is noticed with the next mail, which then gets a new one. Whatever else fails is repeated with patience by the relay. */
  maxRequeues: 1,
  idleTimeout: 15_000,
  dnsTimeout: 10_000,
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 20_000,
};

/** Milliseconds for one mail in all, the wait for a connection included. */
const longestMs = 45_000;

/** Hands mails to an SMTP server (RFC 5321), over a few connections that are kept. */
export class SmtpMailer extends Mailer implements OnApplicationShutdown {
  private readonly transport;

  /** `url` is `smtp://user:password@host:port`, or `smtps://` for a server that speaks TLS from the first byte. */
  constructor(url: string) {
    super();
    const { username, hostname } = new URL(url);
    // A password goes over the network encrypted or not at all; the address may say otherwise (`?requireTLS=false`).
    const requireTLS = username !== '' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname);
    this.transport = createTransport({ ...limits, requireTLS, url, pool: true });
  }

  async send(message: Message): Promise<void> {
    try {
      await this.transport.sendMail({ ...composed(message), signal: AbortSignal.timeout(longestMs) });
    } catch (error) {
      if (isRefusal(error as NodemailerError)) throw new RecipientRefused((error as Error).message, { cause: error });
      throw error;
    }
  }

  onApplicationShutdown(): void {
    this.transport.close();
  }
}

/**
 * Whether the answer to RCPT TO says that the address is no good. Enhanced codes 5.7.x (RFC 3463) speak of what the sender may do, such as a relay that wants a
 * login: that is for the operator to mend, and the mail can still go out then.
 */
function isRefusal({ command, responseCode = 0, response = '' }: NodemailerError): boolean {
  return command === 'RCPT TO' && responseCode >= 500 && !/^\d{3}[ -]5\.7\./.test(response);
}

import { createServer, type AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerAddress, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';

/** A mail server on loopback that keeps what it takes, and can be told to refuse, to go away and to come back. */
export class MailServer {
  /** What was taken: each message as it came over the wire, with the recipient that was named beside it. */
  readonly mails: { readonly to: string; readonly raw: string }[] = [];
  /** What to answer to mail for an address, such as `550 5.1.1 no such user`. */
  readonly refusals = new Map<string, string>();
  connections = 0;
  /** Who logged in, as `user:password`. Nobody has to. */
  readonly logins: string[] = [];
  private server?: SMTPServer;

  private constructor(private readonly port: number) {}

  static async start(): Promise<MailServer> {
    const server = new MailServer(await freePort());
    await server.comeUp();
    return server;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  async comeUp(): Promise<void> {
    const server = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      closeTimeout: 1, // milliseconds for connections that are kept
      authOptional: true,
      allowInsecureAuth: true,
      onAuth: ({ username = '', password = '' }, _, done) => {
        this.logins.push(`${username}:${password}`);
        done(null, { user: username });
      },
      onConnect: (_, done) => {
        this.connections += 1;
        done();
      },
      onRcptTo: ({ address }, _, done) => {
        const answer = this.refusals.get(address);
        done(answer ? Object.assign(new Error(answer.slice(4)), { responseCode: Number(answer.slice(0, 3)) }) : undefined);
      },
      onData: (stream, session, done) => this.take(stream, session, done),
    });
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', () => resolve());
    });
  }

  async goDown(): Promise<void> {
    await new Promise<void>((resolve) => (this.server ? this.server.close(() => resolve()) : resolve()));
  }

  private take(stream: SMTPServerDataStream, { envelope }: SMTPServerSession, done: (error?: Error | null) => void): void {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const to = envelope.rcptTo.map(({ address }: SMTPServerAddress) => address).join();
      this.mails.push({ to, raw: Buffer.concat(chunks).toString() });
      done();
    });
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

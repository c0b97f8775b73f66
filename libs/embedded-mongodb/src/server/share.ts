import { realpathSync } from 'node:fs';
import { DataFolderBusy } from './data-folder-errors';
import { whenReleased } from './folder-lock';
import { Exit, startEmbeddedMongo, type EmbeddedMongo, type EmbeddedMongoOptions } from './start';

/** A server that several processes use: one of them runs it, and when that one ends, another takes its place at the same address. */
export interface SharedMongo {
  readonly uri: string;
  /** Whether the server runs in this process, or another one is used. */
  readonly role: 'host' | 'guest';
  /** Ends the server if it runs here; the other processes then take it over. Idempotent. */
  stop(): Promise<void>;
  /** Calls back when this process has become the host. */
  onTakeOver(listener: () => void): void;
  /** Calls back once when there is no server any more and none can be started, with the reason unless it was stopped here. */
  onExit(listener: (reason: Error | undefined) => void): void;
}

/** Attempts to start before it is given up, and between them. */
const attempts = 50;
const pause = 100;

/** Starts the server on the folder, or uses the one that runs there and takes its place when it ends. Errors: `DataFolderRefused`. */
export async function shareEmbeddedMongo(options: EmbeddedMongoOptions): Promise<SharedMongo> {
  const share = new Share(options);
  await share.join(options);
  return share;
}

class Share implements SharedMongo {
  uri = '';
  private server: EmbeddedMongo | undefined;
  private callOff: () => void = () => undefined;
  private stopping = false;
  private readonly exit = new Exit();
  private readonly takeOvers: (() => void)[] = [];

  constructor(private readonly options: EmbeddedMongoOptions) {}

  get role(): 'host' | 'guest' {
    return this.server ? 'host' : 'guest';
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.callOff();
    await this.server?.stop();
    this.exit.happen(undefined);
  }

  onTakeOver(listener: () => void): void {
    this.takeOvers.push(listener);
  }

  onExit(listener: (reason: Error | undefined) => void): void {
    this.exit.listen(listener);
  }

  async join(options: EmbeddedMongoOptions): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return this.beHost(await startEmbeddedMongo(options));
      } catch (error) {
        if (error instanceof DataFolderBusy && error.uri !== undefined) return this.beGuest(error.uri);
        // Whoever has the folder is still starting; or the address is not free yet.
        if (!isPassing(error) || attempt === attempts) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  private beHost(server: EmbeddedMongo): void {
    this.server = server;
    this.uri = server.uri;
    server.onExit((reason) => {
      if (this.stopping) return;
      this.server = undefined;
      this.exit.happen(reason ?? new Error('The database server ended.'));
    });
    if (this.stopping) void server.stop();
  }

  private beGuest(uri: string): void {
    this.uri = uri;
    const { released, callOff } = whenReleased(realpathSync(this.options.dataDir));
    this.callOff = callOff;
    void released.then(() => this.succeed());
  }

  /** The host is gone: whoever comes first takes its place, where all look for it. */
  private async succeed(): Promise<void> {
    if (this.stopping) return;
    try {
      await this.join({ ...this.options, ...addressIn(this.uri) });
    } catch (error) {
      return this.exit.happen(error as Error);
    }
    if (this.server) for (const listener of this.takeOvers) listener();
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof DataFolderBusy || (error instanceof Error && /EADDRINUSE/.test(error.message));
}

/** The host and port, or the socket, of an address that this server gave. */
function addressIn(uri: string): Pick<EmbeddedMongoOptions, 'host' | 'port' | 'socket'> {
  const where = decodeURIComponent(new URL(uri).host);
  if (where.includes('/')) return { socket: where };
  const { hostname, port } = new URL(uri);
  return { host: hostname, port: Number(port) };
}

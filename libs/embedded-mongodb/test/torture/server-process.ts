import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { RawConnection } from '../raw-connection';

/** The server as a process of its own, to be killed. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly port: number,
  ) {}

  /** `library` is the folder of the compiled library. Errors: when it does not start. */
  static async start(library: string, dataDir: string): Promise<ServerProcess> {
    const child = spawnServer(library, dataDir);
    const exit = once(child, 'exit').then(([code, signal]) => ({ kind: 'ended', message: `with ${signal ?? code}`, port: 0 }));
    const report = once(child, 'message').then(([message]) => message as { kind: string; message?: string; port: number });
    const first = await Promise.race([report, exit]);
    if (first.kind !== 'ready') throw new Error(`The server did not start: ${first.kind} ${first.message ?? ''}`);
    return new ServerProcess(child, first.port);
  }

  /** Starts a server and kills it before it can be reached. */
  static async startAndKill(library: string, dataDir: string, afterMs: number): Promise<void> {
    const server = new ServerProcess(spawnServer(library, dataDir), 0);
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    await server.kill();
  }

  connect(): Promise<RawConnection> {
    return RawConnection.to(this.port);
  }

  /** Idempotent. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }
}

function spawnServer(library: string, dataDir: string): ChildProcess {
  return fork(join(library, 'server', 'server-thread.js'), [JSON.stringify({ dataDir })], { execArgv: [] });
}

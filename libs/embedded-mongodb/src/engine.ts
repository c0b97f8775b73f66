import { Cursors } from './execution/cursors';
import { Work } from './execution/find-documents';
import { Operations } from './execution/operations';
import { FailPoints } from './fail-points';
import { Catalog } from './storage/catalog';
import { Clock } from './storage/clock';
import { DirectWrites } from './storage/direct-writes';
import { Environment } from './storage/environment';
import { Oplog } from './storage/oplog';
import { CurrentView } from './storage/view';
import { Writer } from './storage/writer';
import { Sessions } from './transactions/sessions';
import { Snapshots } from './transactions/snapshots';

/** One data folder at work: everything that commands need, wired together. */
export class Engine {
  readonly environment: Environment;
  readonly oplog: Oplog;
  readonly catalog: Catalog;
  readonly writer: Writer;
  readonly writes: DirectWrites;
  readonly current: CurrentView;
  readonly sessions: Sessions;
  readonly snapshots: Snapshots;
  readonly cursors = new Cursors();
  readonly operations = new Operations();
  readonly clock = new Clock();
  /** What all searches have cost together. */
  readonly work = new Work();
  readonly failPoints = new FailPoints();
  readonly startedAt = Date.now();
  /** How many milliseconds a read may keep all other clients waiting. */
  longestTurn = 10;
  /** Connections made so far and open now, for `serverStatus`. */
  readonly connections = { current: 0, total: 0 };
  /** Set once the listener is up. */
  address = { host: '127.0.0.1', port: 0 };

  constructor(dataDir: string, options: { durable: boolean }) {
    this.environment = new Environment(dataDir, options);
    try {
      this.oplog = new Oplog(this.environment, this.clock);
      this.writer = new Writer(this.environment, this.oplog, (commit) => this.forgetMarks(commit));
      this.environment.refresh();
      this.catalog = new Catalog(this.environment, this.oplog, () => this.writer.current);
      if (this.oplog.isEmpty && this.catalog.all().length > 0) this.oplog.forgetHistory();
      this.writes = new DirectWrites(this.environment, this.writer, this.catalog, this.oplog);
      this.current = new CurrentView(this.environment);
      this.sessions = new Sessions(this.environment);
      this.snapshots = new Snapshots(
        this.environment,
        this.oplog,
        (snapshot) => this.writer.sequenceAt(snapshot),
        (view) => this.cursors.killReadingFrom(view),
      );
    } catch (error) {
      void this.environment.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.sessions.abortAll();
    this.snapshots.closeAll();
    await this.writer.drained();
    await this.environment.close();
  }

  /** Marks matter only to snapshots older than them, and a later snapshot has this commit. */
  private forgetMarks(commit: number): void {
    this.catalog.forgetMarks(Math.min(commit, this.sessions.oldestSnapshot, this.snapshots.oldest));
  }
}

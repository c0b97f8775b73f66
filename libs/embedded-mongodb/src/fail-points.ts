import type { Document } from './bson/codec';
import { failAt, fail, type MongoError } from './errors';

/** The fail points that there are; MongoDB's others are refused. */
const names = [
  'failCommand',
  'failGetMoreAfterCursorCheckout',
  'maxTimeAlwaysTimeOut',
  'maxTimeNeverTimeOut',
  'onPrimaryTransactionalWrite',
] as const;

export type FailPointName = (typeof names)[number];

interface FailPoint {
  /** Hits left; Infinity for always on. */
  left: number;
  skip: number;
  readonly probability: number;
  readonly data: Document;
}

/** What `failCommand` goes by: the command, whose client and which namespace. */
export interface CommandAsked {
  readonly command: string;
  readonly namespace: string;
  readonly appName: string | undefined;
}

/** What a command is to suffer. */
export interface Fault {
  readonly blockMilliseconds: number;
  readonly closeConnection: boolean;
  readonly error: MongoError | undefined;
  readonly writeConcernError: Document | undefined;
  /** The labels that the answer carries instead of those it would have. */
  readonly labels: string[] | undefined;
}

/** A fault that closes the connection instead of answering. */
export class ConnectionDropped extends Error {}

/** MongoDB's fail points, by which tests play a server that fails. */
export class FailPoints {
  private readonly points = new Map<string, FailPoint>();

  /** Errors: 2 for a fail point or a mode that is not there. */
  configure(name: string, mode: unknown, data: Document): void {
    if (!(names as readonly string[]).includes(name)) throw fail('BadValue', `Could not find fail point: ${name}`);
    if (mode === 'off') this.points.delete(name);
    else this.points.set(name, { ...modeOf(mode), data });
  }

  /** The data of a fail point whose turn it is. */
  hit(name: FailPointName, accepts: (data: Document) => boolean = () => true): Document | undefined {
    const point = this.points.get(name);
    if (!point || !accepts(point.data)) return undefined;
    if (point.skip > 0) return void point.skip--;
    if (Math.random() >= point.probability) return undefined;
    if (--point.left <= 0) this.points.delete(name);
    return point.data;
  }

  /** The fault for this command, if it is its turn. */
  faultOf(asked: CommandAsked): Fault | undefined {
    if (asked.command === 'configureFailPoint') return undefined;
    const data = this.hit('failCommand', (wanted) => concerns(wanted, asked));
    return data && faultFrom(data);
  }
}

function concerns({ failCommands, appName, namespace }: Document, asked: CommandAsked): boolean {
  if (!(failCommands as string[] | undefined)?.includes(asked.command)) return false;
  return (appName === undefined || appName === asked.appName) && (namespace === undefined || namespace === asked.namespace);
}

function modeOf(mode: unknown): Omit<FailPoint, 'data'> {
  const always = { left: Infinity, skip: 0, probability: 1 };
  if (mode === 'alwaysOn') return always;
  const entries = typeof mode === 'object' && mode !== null ? Object.entries(mode as Document) : [];
  const [kind, value] = entries.length === 1 ? entries[0]! : [];
  if (kind === 'times') return { ...always, left: Number(value) };
  if (kind === 'skip') return { ...always, skip: Number(value) };
  if (kind === 'activationProbability') return { ...always, probability: Number(value) };
  throw fail('BadValue', `unknown fail point mode: ${JSON.stringify(mode)}`);
}

function faultFrom(data: Document): Fault {
  const code = data['errorCode'] === undefined ? undefined : Number(data['errorCode']);
  return {
    blockMilliseconds: data['blockConnection'] ? Number(data['blockTimeMS'] ?? 0) : 0,
    closeConnection: data['closeConnection'] === true,
    error: code === undefined ? undefined : failAt(code, "Failing command via 'failCommand' failpoint"),
    writeConcernError: data['writeConcernError'] as Document | undefined,
    labels: data['errorLabels'] as string[] | undefined,
  };
}

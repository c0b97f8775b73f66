import type { Document } from './bson/codec';
import { MongoError } from './errors';

interface FailCommand {
  /** Hits left; Infinity for always on. */
  left: number;
  skip: number;
  readonly probability: number;
  readonly data: Document;
}

/** What a command is to suffer. */
export interface Fault {
  readonly blockMilliseconds: number;
  readonly closeConnection: boolean;
  readonly error: MongoError | undefined;
  readonly writeConcernError: Document | undefined;
}

/** MongoDB's `failCommand`, by which tests play a server that fails. */
export class FailPoints {
  private failCommand: FailCommand | undefined;

  /** Errors: 2 for any other fail point. */
  configure(name: string, mode: unknown, data: Document): void {
    if (name !== 'failCommand') throw new MongoError(2, 'BadValue', `Could not find fail point: ${name}`);
    if (mode === 'off') this.failCommand = undefined;
    else this.failCommand = { ...modeOf(mode), data };
  }

  /** The fault for this command, if it is its turn. */
  hit(command: string, appName: string | undefined): Fault | undefined {
    const point = this.failCommand;
    if (!point || command === 'configureFailPoint') return undefined;
    const { failCommands, appName: wanted } = point.data;
    if (!(failCommands as string[] | undefined)?.includes(command)) return undefined;
    if (wanted !== undefined && wanted !== appName) return undefined;
    if (point.skip > 0) return void point.skip--;
    if (point.left <= 0 || Math.random() >= point.probability) return undefined;
    if (--point.left <= 0) this.failCommand = undefined;
    return faultOf(point.data);
  }
}

function modeOf(mode: unknown): Omit<FailCommand, 'data'> {
  if (mode === 'alwaysOn') return { left: Infinity, skip: 0, probability: 1 };
  const { times, skip, activationProbability } = mode as Document;
  return { left: times === undefined ? Infinity : Number(times), skip: Number(skip ?? 0), probability: Number(activationProbability ?? 1) };
}

function faultOf(data: Document): Fault {
  const code = data['errorCode'] === undefined ? undefined : Number(data['errorCode']);
  const labels = data['errorLabels'] ? { errorLabels: data['errorLabels'] } : undefined;
  return {
    blockMilliseconds: data['blockConnection'] ? Number(data['blockTimeMS'] ?? 0) : 0,
    closeConnection: data['closeConnection'] === true,
    error:
      code === undefined
        ? undefined
        : new MongoError(code, codeNames[code] ?? `Location${code}`, "Failing command via 'failCommand' failpoint", labels),
    writeConcernError: data['writeConcernError'] as Document | undefined,
  };
}

/** The names of the codes that tests of fail-over ask for. */
const codeNames: Record<number, string> = {
  2: 'BadValue',
  6: 'HostUnreachable',
  7: 'HostNotFound',
  50: 'MaxTimeMSExpired',
  64: 'WriteConcernFailed',
  89: 'NetworkTimeout',
  91: 'ShutdownInProgress',
  112: 'WriteConflict',
  189: 'PrimarySteppedDown',
  251: 'NoSuchTransaction',
  262: 'ExceededTimeLimit',
  10107: 'NotWritablePrimary',
  11600: 'InterruptedAtShutdown',
  11602: 'InterruptedDueToReplStateChange',
  13435: 'NotPrimaryNoSecondaryOk',
  13436: 'NotPrimaryOrSecondary',
};

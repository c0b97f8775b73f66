import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { mongo, Connection } from 'mongoose';
import { Metrics } from '../observability/metrics';

/** Commands whose answer never came, because their connection went, are forgotten beyond these. */
const mostOpen = 10_000;

interface Open {
  readonly collection: string;
  readonly at: number;
}

/** Tells the metrics of each command that the driver sends, when it was made with `monitorCommands`. */
@Injectable()
export class CommandMetrics {
  private readonly open = new Map<number, Open>();

  constructor(
    @InjectConnection() connection: Connection,
    private readonly metrics: Metrics,
  ) {
    const client = connection.getClient();
    client.on('commandStarted', (event) => this.started(event));
    client.on('commandSucceeded', (event) => this.ended(event, writeErrorOf(event.reply)));
    client.on('commandFailed', (event) => this.ended(event, codeOf(event.failure)));
  }

  private started({ requestId, commandName, command }: mongo.CommandStartedEvent): void {
    if (this.open.size >= mostOpen) this.open.clear();
    this.open.set(requestId, { collection: collectionOf(commandName, command), at: performance.now() });
  }

  private ended({ requestId, commandName }: { requestId: number; commandName: string }, errorCode?: string): void {
    const open = this.open.get(requestId);
    if (!open) return;
    this.open.delete(requestId);
    this.metrics.command(commandName, open.collection, performance.now() - open.at, errorCode);
  }
}

/** `{ find: 'orders' }`, `{ getMore: 12, collection: 'orders' }`; commands of the whole database have a number or a flag there. */
function collectionOf(commandName: string, command: Readonly<Record<string, unknown>>): string {
  const named = commandName === 'getMore' ? command.collection : command[commandName];
  return typeof named === 'string' ? named : '';
}

function codeOf(failure: Error): string {
  const { codeName, code } = failure as { codeName?: string; code?: number };
  return codeName ?? (code === undefined ? failure.name : String(code));
}

/** Writes that break a unique index and the like are told in an answer that is a success otherwise. */
function writeErrorOf(reply: unknown): string | undefined {
  const [first] = (reply as { writeErrors?: readonly { code?: number }[] } | undefined)?.writeErrors ?? [];
  return first && String(first.code ?? '');
}

import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model } from 'mongoose';
import { Invariant, type Finding } from '../observability/doctor';
import { fromStored } from '../store/plain';
import type { OutboxRow } from './outbox';

/** How long an event may be due without anybody's taking it in hand: workers take what is seconds late. */
const mostOverdueMs = 5 * 60_000;
/** How long a reaction may go on failing, or waiting for an answer from outside, before somebody should know. */
const mostWaitedMs = 60 * 60_000;
const batch = 200;

/** What must be true of deliveries at every instant. */
@Injectable()
export class DeliveryChecks {
  constructor(@InjectModel('outbox') private readonly rows: Model<OutboxRow>) {}

  @Invariant('platform.events_arrive', 'What was announced reaches each of its reactions in time, and none of them was given up.')
  async *eventsArrive(): AsyncGenerator<Finding> {
    for await (const row of this.inOrderOf('parked.at'))
      for (const { reaction, error } of row.parked) yield found(row, `was given up for ${reaction}: ${error}`);
    const now = Date.now();
    for await (const row of this.inOrderOf('dueAt')) {
      const problem = lateness(row, now);
      if (problem) yield found(row, problem);
    }
  }

  /** The events that have this time, by its index. */
  private async *inOrderOf(time: 'dueAt' | 'parked.at'): AsyncGenerator<OutboxRow> {
    const cursor = this.rows
      .find({ [time]: trusted({ $gt: new Date(0) }) }, {}, { sort: { [time]: 1 } })
      .lean()
      .cursor({ batchSize: batch });
    for await (const row of cursor) yield fromStored(row) as OutboxRow;
  }
}

function lateness({ dueAt, at, waiting, failures }: OutboxRow, now: number): string | undefined {
  const minutesSince = (time: Date): number => Math.floor((now - time.getTime()) / 60_000);
  const last = failures[0] ? `, after ${failures[0].error}` : '';
  if (dueAt && now - dueAt.getTime() > mostOverdueMs)
    return `has been due for ${waiting.join(', ')} for ${minutesSince(dueAt)} minutes${last}`;
  if (now - at.getTime() > mostWaitedMs) return `has waited for ${waiting.join(', ')} for ${minutesSince(at)} minutes${last}`;
  return undefined;
}

function found({ id, name, aggregate }: OutboxRow, problem: string): Finding {
  return { record: `event ${id} (${name} of ${aggregate})`, problem };
}

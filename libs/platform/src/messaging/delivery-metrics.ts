import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model } from 'mongoose';
import { Measures, type Measured } from '../observability/gauges';
import { JobTransport } from './jobs';
import type { OutboxRow } from './outbox';

/** Nobody need know how many there are beyond these, and counting them all would cost the more the worse things stand. */
const mostCounted = 10_000;

/** How far the delivery of events is behind. */
@Injectable()
export class DeliveryMetrics {
  constructor(
    @InjectModel('outbox') private readonly rows: Model<OutboxRow>,
    private readonly jobs: JobTransport,
  ) {}

  @Measures(
    'outbox_events_waiting',
    `Events that some reaction has not been through, those that wait for a repetition as well; ${mostCounted} stands for more.`,
  )
  waiting(): Promise<number> {
    return this.rows.countDocuments({ dueAt: trusted({ $exists: true }) }, { limit: mostCounted });
  }

  @Measures(
    'outbox_oldest_due_seconds',
    'For how long the event has been due that nobody has taken in hand for the longest time; 0 when there is none.',
  )
  async oldestDue(): Promise<number> {
    const now = Date.now();
    const row = await this.rows.findOne({ dueAt: trusted({ $lte: new Date(now) }) }, { dueAt: 1 }, { sort: { dueAt: 1 } }).lean();
    return row?.dueAt ? (now - row.dueAt.getTime()) / 1000 : 0;
  }

  @Measures('outbox_events_parked', `Events of which a delivery was given up and waits for an admin; ${mostCounted} stands for more.`)
  parked(): Promise<number> {
    return this.rows.countDocuments({ 'parked.at': trusted({ $exists: true }) }, { limit: mostCounted });
  }

  @Measures('jobs', 'Wake-ups in the transport, by kind and state.', 'state')
  wakeUps(): Promise<Measured> {
    return this.jobs.counts();
  }
}

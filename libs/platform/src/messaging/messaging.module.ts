import { BullModule } from '@nestjs/bull';
import { Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { MongooseModule } from '@nestjs/mongoose';
import { Audit } from '../audit/audit';
import type { Config } from '../config/config';
import { StoreContext } from '../store/document-store';
import { Transactions } from '../store/transactions';
import { BullJobs, bullOptions, queueNames } from './bull-jobs';
import { DeliveryChecks } from './delivery-checks';
import { DeliveryMetrics } from './delivery-metrics';
import { FailedDeliveries } from './failed-deliveries';
import { FailedJobsController } from './failed-jobs.controller';
import { JobBoardController } from './job-board.controller';
import { JobBoardSessions } from './job-board-sessions';
import { JobTransport } from './jobs';
import { MemoryJobs } from './memory-jobs';
import { Outbox, outboxSchema } from './outbox';
import { Reactions } from './reactions';
import { DeliveryOptions, Relay } from './relay';
import { Timers, timerSchema } from './timers';

const defaults: DeliveryOptions = { deliver: true, pollMs: 500, lateMs: 5_000, firstRetryMs: 1_000, attempts: 10 };

/** Commands, queries, and the durable way of events. */
@Module({})
export class MessagingModule {
  static forRoot(config: Config, options: Partial<DeliveryOptions> = {}): DynamicModule {
    const cqrs = CqrsModule.forRoot();
    const bull = config.REDIS_URL
      ? [BullModule.forRoot(bullOptions(config)), BullModule.registerQueue(...Object.values(queueNames).map((name) => ({ name })))]
      : [];
    return {
      module: MessagingModule,
      global: true,
      imports: [
        cqrs,
        ...bull,
        DiscoveryModule,
        MongooseModule.forFeature([
          { name: 'outbox', schema: outboxSchema },
          { name: 'timers', schema: timerSchema },
        ]),
      ],
      controllers: [FailedJobsController, ...(config.REDIS_URL ? [JobBoardController] : [])],
      providers: [
        Outbox,
        Reactions,
        Relay,
        Timers,
        FailedDeliveries,
        DeliveryMetrics,
        DeliveryChecks,
        ...(config.REDIS_URL ? [JobBoardSessions] : []),
        { provide: JobTransport, useClass: config.REDIS_URL ? BullJobs : MemoryJobs },
        { provide: DeliveryOptions, useValue: { ...defaults, ...options } },
        {
          provide: StoreContext,
          inject: [Transactions, Outbox, Audit],
          useFactory: (transactions: Transactions, outbox: Outbox, audit: Audit) => ({ transactions, outbox, audit }),
        },
      ],
      exports: [JobTransport, Outbox, Timers, StoreContext, cqrs],
    };
  }
}

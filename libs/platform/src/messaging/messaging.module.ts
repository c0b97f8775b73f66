import { Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { MongooseModule } from '@nestjs/mongoose';
import { StoreContext } from '../store/document-store';
import { Transactions } from '../store/transactions';
import { FailedDeliveries } from './failed-deliveries';
import { FailedJobsController } from './failed-jobs.controller';
import { Outbox, outboxSchema } from './outbox';
import { Reactions } from './reactions';
import { DeliveryOptions, Relay } from './relay';
import { Timers } from './timers';

const defaults: DeliveryOptions = { deliver: true, pollMs: 500, firstRetryMs: 1_000, attempts: 10 };

/** Commands, queries, and the durable way of events. */
@Module({})
export class MessagingModule {
  static forRoot(options: Partial<DeliveryOptions> = {}): DynamicModule {
    const cqrs = CqrsModule.forRoot();
    return {
      module: MessagingModule,
      global: true,
      imports: [cqrs, DiscoveryModule, MongooseModule.forFeature([{ name: 'outbox', schema: outboxSchema }])],
      controllers: [FailedJobsController],
      providers: [
        Outbox,
        Reactions,
        Relay,
        Timers,
        FailedDeliveries,
        { provide: DeliveryOptions, useValue: { ...defaults, ...options } },
        {
          provide: StoreContext,
          inject: [Transactions, Outbox],
          useFactory: (transactions: Transactions, outbox: Outbox) => ({ transactions, outbox }),
        },
      ],
      exports: [Outbox, StoreContext, cqrs],
    };
  }
}

import { Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AuditModule } from './audit/audit.module';
import { Config } from './config/config';
import { HttpModule } from './http/http.module';
import { MessagingModule } from './messaging/messaging.module';
import type { DeliveryOptions } from './messaging/relay';
import { Doctor } from './observability/doctor';
import { EventLoop } from './observability/event-loop';
import { Gauges } from './observability/gauges';
import { Health } from './observability/health';
import { Metrics } from './observability/metrics';
import { Erasers } from './privacy/erasers';
import { PersonalFiles } from './privacy/personal-data';
import { MemoryState } from './state/memory-state';
import { RedisState } from './state/redis-state';
import { SharedState } from './state/shared-state';
import { CommandMetrics } from './store/command-metrics';
import { DatabaseModule } from './store/database.module';

export interface PlatformOptions {
  readonly config: Config;
  /** Where MongoDB is: `config.MONGODB_URI`, or the embedded database. */
  readonly mongoUri: string;
  readonly delivery?: Partial<DeliveryOptions>;
  /** How long Redis may take to answer before a process goes on without it, in milliseconds. */
  readonly redisWithinMs?: number;
}

/** Everything below the contexts: configuration, database, messaging, HTTP conventions. */
@Module({})
export class PlatformModule {
  static forRoot({ config, mongoUri, delivery, redisWithinMs }: PlatformOptions): DynamicModule {
    return {
      module: PlatformModule,
      global: true,
      imports: [
        DatabaseModule.forRoot(mongoUri, config),
        AuditModule,
        MessagingModule.forRoot(config, delivery),
        HttpModule,
        DiscoveryModule,
      ],
      providers: [
        { provide: Config, useValue: config },
        { provide: SharedState, useFactory: () => (config.REDIS_URL ? new RedisState(config, redisWithinMs) : new MemoryState()) },
        Doctor,
        EventLoop,
        Metrics,
        Gauges,
        CommandMetrics,
        Health,
        PersonalFiles,
        Erasers,
      ],
      exports: [Config, Doctor, Erasers, EventLoop, Metrics, Health, PersonalFiles, SharedState],
    };
  }
}

import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { MongooseModule } from '@nestjs/mongoose';
import { AccessGuard } from './access.guard';
import { HealthController } from './health.controller';
import { IdempotencyInterceptor, idempotencySchema } from './idempotency';
import { MetricsController } from './metrics.controller';
import { PreferInterceptor } from './prefer';
import { ProblemFilter } from './problem.filter';
import { UntakenFields } from './untaken';
import { UploadInterceptor, UploadTypes } from './upload';
import { RequestValidation } from './validation.pipe';
import { ETagInterceptor } from './versioned';

/** The conventions that hold on every route. */
@Module({
  imports: [MongooseModule.forFeature([{ name: 'idempotencyKeys', schema: idempotencySchema }])],
  controllers: [HealthController, MetricsController],
  providers: [
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_GUARD, useClass: UploadTypes },
    { provide: APP_GUARD, useClass: UntakenFields },
    { provide: APP_PIPE, useClass: RequestValidation },
    { provide: APP_INTERCEPTOR, useClass: UploadInterceptor },
    { provide: APP_INTERCEPTOR, useClass: PreferInterceptor },
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
    { provide: APP_INTERCEPTOR, useClass: ETagInterceptor },
  ],
})
export class HttpModule {}

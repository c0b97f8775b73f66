import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow } from '../http/access';
import { Id, Instant, ListOf, Text, Whole } from '../http/fields';
import { Operation, PathParameters } from '../http/operation';
import { pageFrom, pageOf, PageQuery, sliceOf, type Page } from '../http/paging';
import { FailedDeliveries, NoSuchJob } from './failed-deliveries';
import type { OutboxRow } from './outbox';

class ParkedDto {
  @Text({ description: 'What failed.', example: 'OrderMails' })
  reaction!: string;
  @Whole({ description: 'How often it was tried.' })
  attempts!: number;
  @Text({ description: 'The last error.' })
  error!: string;
  @Instant({ description: 'When it was given up.' })
  at!: Date;
}

class FailedJobDto {
  @Id({ description: 'The id of the event.' })
  id!: string;
  @Text({ description: 'The event that was being reacted to.', example: 'orders.order_paid.v1' })
  event!: string;
  @Text({ description: 'What announced it.', example: 'order:6565f0c2a1b2c3d4e5f60718' })
  aggregate!: string;
  @Instant({ description: 'When it happened.' })
  at!: Date;
  @ListOf(() => ParkedDto)
  parked!: ParkedDto[];

  static of(row: OutboxRow): FailedJobDto {
    const parked = row.parked.map(({ reaction, attempts, error, at }) => ({ reaction, attempts, error, at }));
    return { id: row.id, event: row.name, aggregate: row.aggregate, at: row.at, parked };
  }
}

/** Deliveries that were given up after their last attempt. */
@ApiTags('Watch over the shop')
@Allow('admin')
@PathParameters({ id: { description: 'Id of the event.', example: '6565f0c2a1b2c3d4e5f60718' } })
@Controller('admin/jobs')
export class FailedJobsController {
  constructor(private readonly failed: FailedDeliveries) {}

  @Get('failed')
  @Operation({
    summary: 'Jobs that failed for good and wait for an admin',
    description:
      'What follows an event (a mail, a refund) is tried ten times before it stands here. Nothing is lost: it waits until somebody sends it again.',
    answers: pageOf(FailedJobDto),
  })
  async listFailedJobs(@Query() query: PageQuery): Promise<Page<FailedJobDto>> {
    const slice = sliceOf(query);
    const jobs = await this.failed.list(slice);
    return pageFrom(jobs, slice, FailedJobDto.of);
  }

  @Post(':id/retry')
  @Operation({
    summary: 'Try a failed job again',
    description: 'It is tried again in the background. Look at the list again to see whether it worked.',
    status: 202,
    refuses: [NoSuchJob],
  })
  async retryFailedJob(@Param('id') id: string): Promise<void> {
    await this.failed.retry(id);
  }
}

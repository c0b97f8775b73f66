import { Controller, Get } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { ApiTags } from '@nestjs/swagger';
import { refusal } from '@cartwright/kernel';
import type { Connection } from 'mongoose';
import { JobTransport } from '../messaging/jobs';
import { Public } from './access';
import { OneOf } from './fields';
import { Operation } from './operation';
import { EvenWhenBusy } from './overload';

export const NotReady = refusal<{ part: string }>('not_ready', 'unavailable', ({ part }) => `The ${part} cannot be reached.`);

class HealthDto {
  @OneOf(['ok'])
  status!: string;
}

const patienceMs = 2_000;

/** What an orchestrator asks: is the process alive, and can it serve. */
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly jobs: JobTransport,
  ) {}

  @Get('live')
  @Public()
  @EvenWhenBusy()
  @Operation({ summary: 'Whether the process runs', answers: HealthDto })
  live(): HealthDto {
    return { status: 'ok' };
  }

  @Get('ready')
  @Public()
  @EvenWhenBusy()
  @Operation({ summary: 'Whether the process can serve: its database and its queue answer', answers: HealthDto, refuses: [NotReady] })
  async ready(): Promise<HealthDto> {
    const { db } = this.connection;
    if (!db) throw new NotReady({ part: 'database' });
    try {
      await db.command({ ping: 1 }, { timeoutMS: patienceMs });
    } catch {
      throw new NotReady({ part: 'database' });
    }
    await this.jobs.check().catch(() => {
      throw new NotReady({ part: 'queue' });
    });
    return { status: 'ok' };
  }
}

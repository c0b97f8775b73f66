import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Health, NotReady, Starting } from '../observability/health';
import { Public } from './access';
import { OneOf } from './fields';
import { Operation } from './operation';
import { EvenWhenBusy } from './overload';

class HealthDto {
  @OneOf(['ok'])
  status!: string;
}

/** What an orchestrator asks: is the process alive, is its start over, and can it serve. */
@ApiTags('Operations')
@Controller('health')
export class HealthController {
  constructor(private readonly health: Health) {}

  @Get('live')
  @Public()
  @EvenWhenBusy()
  @Operation({
    summary: 'Whether the process runs',
    description: 'Always, as long as the process answers at all. Ask nothing more of it than whether to restart it.',
    answers: HealthDto,
  })
  live(): HealthDto {
    return { status: 'ok' };
  }

  @Get('startup')
  @Public()
  @EvenWhenBusy()
  @Operation({
    summary: 'Whether everything is in place that is made at a start',
    description: 'Ask this one until it says yes, and only then the others.',
    answers: HealthDto,
    refuses: [Starting],
  })
  startup(): HealthDto {
    this.health.checkStarted();
    return { status: 'ok' };
  }

  @Get('ready')
  @Public()
  @EvenWhenBusy()
  @Operation({
    summary: 'Whether the process can serve: its start is over, its database and its queue answer',
    description: 'Whether to send it requests. 503 while it starts, while its database or its queue is away, and while it stops.',
    answers: HealthDto,
    refuses: [Starting, NotReady],
  })
  async ready(): Promise<HealthDto> {
    await this.health.checkReady();
    return { status: 'ok' };
  }
}

import { Controller, Get, Header, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Config } from '../config/config';
import { mayReadMetrics } from '../observability/metrics-access';
import { Metrics } from '../observability/metrics';
import { Public } from './access';
import { Operation } from './operation';
import { EvenWhenBusy } from './overload';
import { Forbidden } from './problem';

const mediaType = 'text/plain; version=0.0.4; charset=utf-8';
const example = '# TYPE http_requests_in_flight gauge\nhttp_requests_in_flight 2\n';

/** What Prometheus reads. Who may read it has nothing to do with accounts: it is whoever stands beside the process, or has its token. */
@ApiTags('Operations')
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly config: Config,
  ) {}

  @Get()
  @Public()
  @EvenWhenBusy()
  @Header('Content-Type', mediaType)
  @Header('Cache-Control', 'no-store')
  @Operation({
    summary: 'What Prometheus reads',
    description:
      'Open to whoever asks from the same machine by himself; with `METRICS_TOKEN` set, to whoever sends that as a bearer token, and to nobody else.',
    answersText: { mediaType, example },
    refuses: [Forbidden],
  })
  async readMetrics(@Req() { raw }: FastifyRequest): Promise<string> {
    if (!mayReadMetrics(raw, this.config)) throw new Forbidden({});
    return this.metrics.text();
  }
}

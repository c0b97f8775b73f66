import { Controller, Get, Header, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Config } from '../config/config';
import { mayReadMetrics } from '../observability/metrics-access';
import { Metrics } from '../observability/metrics';
import { Public } from './access';
import { EvenWhenBusy } from './overload';
import { Forbidden } from './problem';

/** What Prometheus reads. It is no part of the API: who may read it is whoever stands beside the process, or has its token. */
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly config: Config,
  ) {}

  @Get()
  @Public()
  @EvenWhenBusy()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  @Header('Cache-Control', 'no-store')
  async readMetrics(@Req() { raw }: FastifyRequest): Promise<string> {
    if (!mayReadMetrics(raw, this.config)) throw new Forbidden({});
    return this.metrics.text();
  }
}

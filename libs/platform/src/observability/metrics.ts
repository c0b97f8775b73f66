import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { EventLoop } from './event-loop';

const requestSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const commandSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5];

/** What this process counts and measures, for Prometheus. Labels have few values each: routes are templates, and nothing names a customer. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  private readonly requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests answered, by route template.',
    labelNames: ['method', 'route', 'status'],
    registers: [this.registry],
  });
  private readonly requestTimes = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer.',
    labelNames: ['method', 'route'],
    buckets: requestSeconds,
    registers: [this.registry],
  });
  private readonly commandTimes = new Histogram({
    name: 'mongodb_command_duration_seconds',
    help: 'Time that the database took for commands of the driver.',
    labelNames: ['command', 'collection'],
    buckets: commandSeconds,
    registers: [this.registry],
  });
  private readonly commandErrors = new Counter({
    name: 'mongodb_command_errors_total',
    help: 'Commands that the database refused or did not answer, by its error code.',
    labelNames: ['command', 'collection', 'code'],
    registers: [this.registry],
  });

  private readonly events = new Counter({
    name: 'events_announced_total',
    help: 'Events that this process has announced, by their name.',
    labelNames: ['event'],
    registers: [this.registry],
  });
  private readonly deliveries = new Histogram({
    name: 'outbox_delivery_seconds',
    help: 'Time from the announcement of an event to the end of a reaction to it.',
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120, 600],
    registers: [this.registry],
  });

  constructor(eventLoop: EventLoop) {
    this.gauge(
      'nodejs_eventloop_delay_seconds',
      'How late the process came to its work: the mean of the last second.',
      () => eventLoop.delayMs / 1000,
    );
    this.gauge('nodejs_eventloop_delay_worst_seconds', 'The longest delay of the last 15 seconds.', () => eventLoop.worstMs / 1000);
    this.gauge('process_resident_memory_bytes', 'Memory of the process.', () => process.memoryUsage.rss());
    this.gauge('nodejs_heap_used_bytes', 'Memory of JavaScript objects.', () => process.memoryUsage().heapUsed);
    this.gauge('process_cpu_seconds_total', 'CPU time used.', () => cpuSeconds());
    this.gauge('process_start_time_seconds', 'When the process started, in Unix time.', () =>
      Math.round(Date.now() / 1000 - process.uptime()),
    );
  }

  /** A value that is read when somebody asks for it. */
  gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** A request was answered; `route` is a template such as `/api/orders/:orderNumber`. */
  request(method: string, route: string, status: number, ms: number): void {
    this.requests.inc({ method, route, status });
    this.requestTimes.observe({ method, route }, ms / 1000);
  }

  /** The database answered a command, or failed with an error of this code. */
  command(command: string, collection: string, ms: number, errorCode?: string): void {
    this.commandTimes.observe({ command, collection }, ms / 1000);
    if (errorCode !== undefined) this.commandErrors.inc({ command, collection, code: errorCode });
  }

  /** An event was announced; its name is its wire name. */
  event(event: string): void {
    this.events.inc({ event });
  }

  /** A reaction has been through an event that was announced then. */
  delivered(announcedAt: Date): void {
    this.deliveries.observe(Math.max(0, Date.now() - announcedAt.getTime()) / 1000);
  }

  /** Everything, in the text format of Prometheus (version 0.0.4). */
  async text(): Promise<string> {
    return this.registry.metrics();
  }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

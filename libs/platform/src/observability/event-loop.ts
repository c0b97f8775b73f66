import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';

const resolutionMs = 20;
const everyMs = 1_000;
/** The worst of so many seconds is told, so that who asks every quarter of a minute misses nothing. */
const remembered = 15;

/** How late this process comes to what it has to do, second by second. */
@Injectable()
export class EventLoop implements BeforeApplicationShutdown {
  private readonly delays = monitorEventLoopDelay({ resolution: resolutionMs });
  private readonly worst: number[] = [];
  private readonly timer: NodeJS.Timeout;
  private mean = 0;
  private meanBefore = 0;

  constructor() {
    this.delays.enable();
    this.timer = setInterval(() => this.look(), everyMs).unref();
  }

  /** The mean delay of the last second, in milliseconds. */
  get delayMs(): number {
    return this.mean;
  }

  /** The mean delay of the last second or of the one before, whichever is less: one long piece of work between two short ones is no load. */
  get steadyDelayMs(): number {
    return Math.min(this.mean, this.meanBefore);
  }

  /** The longest delay of the last fifteen seconds, in milliseconds. */
  get worstMs(): number {
    return Math.max(0, ...this.worst);
  }

  /** Ends a second: what was measured in it is told from now on. */
  look(): void {
    this.meanBefore = this.mean;
    this.mean = late(this.delays.count > 0 ? this.delays.mean : 0);
    this.worst.push(late(this.delays.max));
    if (this.worst.length > remembered) this.worst.shift();
    this.delays.reset();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
    this.delays.disable();
  }
}

/** What is measured are the intervals of a timer, in nanoseconds. */
function late(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e6 - resolutionMs);
}

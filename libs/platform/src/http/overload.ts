import { applyDecorators, Logger } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExtension } from '@nestjs/swagger';
import { refusal } from '@cartwright/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';

export const Overloaded = refusal<{ retryAfter: number }>(
  'overloaded',
  'unavailable',
  ({ retryAfter }) => `There is more to do than can be done at the moment. Nothing was done; try again in ${retryAfter} s.`,
  { retryAfter: 3 },
);

export interface OverloadLimits {
  /** Requests that may be under way in this process; 0 for any number. */
  readonly requests: number;
  /** Mean delay of the event loop, in each of the last two seconds, beyond which nothing new is begun, in milliseconds; 0 for any. */
  readonly delayMs: number;
}

interface RouteFlags {
  readonly evenWhenBusy?: boolean;
}

/** Whoever is told to come back does so within so many seconds, not all in the same one. */
const comeBackWithin = 5;

/** The route is served under overload, too: it says how things stand, or brings word of money that was taken. */
export function EvenWhenBusy(): MethodDecorator {
  return applyDecorators(RouteConfig({ evenWhenBusy: true } satisfies RouteFlags), ApiExtension(evenWhenBusyKey, true));
}

/** Tells the maker of the API document; it is not in the document. */
export const evenWhenBusyKey = 'x-even-when-busy';

/** Turns new requests away before so many are under way that none is answered in time. */
export class Overload {
  private readonly logger = new Logger('overload');
  private underWay = 0;
  private refusing = false;

  constructor(
    private readonly limits: OverloadLimits,
    private readonly delayMs: () => number,
  ) {}

  /** How many requests are under way. */
  get requests(): number {
    return this.underWay;
  }

  /** Takes a request in, and counts it until its connection is done with it; throws {@link Overloaded} when there are too many. */
  admit(request: FastifyRequest, reply: FastifyReply): void {
    if (!(request.routeOptions.config as RouteFlags).evenWhenBusy) this.check();
    this.underWay += 1;
    // `close` comes for answered requests as for those whose sender went away.
    reply.raw.once('close', () => (this.underWay -= 1));
  }

  private check(): void {
    const { requests, delayMs } = this.limits;
    const refuse = (requests > 0 && this.underWay >= requests) || (delayMs > 0 && this.delayMs() > delayMs);
    // One line for each time that it begins, not one for each request: there is no time for that.
    if (refuse && !this.refusing)
      this.logger.warn(
        `Requests are refused: ${this.underWay} are under way, and the event loop is ${Math.round(this.delayMs())} ms late.`,
      );
    this.refusing = refuse;
    if (refuse) throw new Overloaded({ retryAfter: 1 + Math.floor(Math.random() * comeBackWithin) });
  }
}

import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Config } from '../config/config';

const loopback = /^(?:127\.|::1$|::ffff:127\.)/;

/**
 * Who sends `METRICS_TOKEN` as a bearer token; where none is set, whoever asks from this machine by himself. What a proxy passes on also comes from this
 * machine, but names whom it comes from.
 */
export function mayReadMetrics(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  config: Pick<Config, 'METRICS_TOKEN'>,
): boolean {
  if (config.METRICS_TOKEN) return same(headers.authorization ?? '', `Bearer ${config.METRICS_TOKEN}`);
  const passedOn = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) => headers[name] !== undefined);
  return !passedOn && loopback.test(socket.remoteAddress ?? '');
}

/** Takes the same time wherever the texts differ. */
function same(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(a, b);
}

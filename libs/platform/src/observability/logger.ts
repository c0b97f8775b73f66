import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger as Pino, type LoggerOptions } from 'pino';
import type { Config } from '../config/config';
import { currentContext } from './context';
import { redact, redactText } from './redaction';

/** The shop's log: one JSON line an entry on standard output (or `to`), with the ids of the work it belongs to, without secrets and personal data. */
export function createLog(config: Pick<Config, 'LOG_LEVEL'>, to?: DestinationStream): Pino {
  const options: LoggerOptions = {
    level: config.LOG_LEVEL,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }), log: (fields) => redact(fields) as Record<string, unknown> },
    mixin: () => ({ ...currentContext() }),
    hooks: { streamWrite: redactText },
  };
  return to ? pino(options, to) : pino(options);
}

/** Nest tells of each module and route that it wires up; that is of interest only when something is wrong with it. */
const wiring = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer']);

/** Lets Nest's own messages and `new Logger(name)` write to the same log. */
export class NestLog implements LoggerService {
  constructor(private readonly pino: Pino) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  /** Nest passes the logger's name last; an Error or an object of fields may stand between. */
  private write(level: 'info' | 'error' | 'warn' | 'debug' | 'trace', message: unknown, rest: unknown[]): void {
    const name = typeof rest.at(-1) === 'string' ? (rest.at(-1) as string) : undefined;
    const shown = level === 'info' && name !== undefined && wiring.has(name) ? 'debug' : level;
    if (!this.pino.isLevelEnabled(shown)) return;
    const fields = rest.find((item): item is object => typeof item === 'object' && item !== null);
    const err = message instanceof Error ? message : fields instanceof Error ? fields : undefined;
    const extra = err ? { err } : fields;
    this.pino[shown]({ ...(name ? { name } : {}), ...extra }, message instanceof Error ? message.message : String(message));
  }
}

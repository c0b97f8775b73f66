import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { newId } from '@cartwright/kernel';
import { Redis } from 'ioredis';
import type { Config } from '../config/config';
import { SharedState, type Quota, type Taken } from './shared-state';
import { Topics } from './topics';
import { Windows, type Window } from './windows';
import { within } from './within';

/** After an answer that did not come in time Redis is left alone for so long. */
const pauseMs = 1_000;
/** What was taken without asking is told so soon. */
const tellAfterMs = 50;
/** The start of a process waits so long for its connections, and goes on without them. */
const startWithinMs = 2_000;

/**
 * Counts what the caller took before (ARGV[1]), and one more if it asks for that (ARGV[2]) and fewer than ARGV[3] are taken. The window of ARGV[4]
 * milliseconds begins with the first. Answers whether that one was granted, how many are taken, and the milliseconds that are left.
 */
const takeScript = `
local before = tonumber(redis.call('GET', KEYS[1]) or '0')
local used = math.max(0, before + tonumber(ARGV[1]))
local granted = 0
if ARGV[2] == '1' and used < tonumber(ARGV[3]) then
  used = used + 1
  granted = 1
end
redis.call('INCRBY', KEYS[1], used - before)
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = tonumber(ARGV[4])
  redis.call('PEXPIRE', KEYS[1], left)
end
return {granted, used, left}`;

const unanswered = new Error('There is no answer.');

type Answer = readonly [granted: number, used: number, leftMs: number];

interface Debt {
  readonly quota: Quota;
  readonly key: string;
}

interface Due {
  readonly window: Window;
  readonly debt: Debt;
  readonly told: number;
}

/**
 * State shared by way of Redis. Each process keeps what it last heard of every window that it takes from, and goes on from there while Redis is away; what it
 * took meanwhile it tells when Redis is back.
 */
export class RedisState extends SharedState implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(RedisState.name);
  private readonly me = newId();
  private readonly prefix: string;
  private readonly commands: Redis;
  private readonly subscription: Redis;
  private readonly windows = new Windows();
  private readonly topics = new Topics();
  private readonly debts = new Map<Window, Debt>();
  private telling?: NodeJS.Timeout;
  private pausedUntil = 0;
  private lost = false;

  /** Nobody waits longer than `answerWithinMs` for Redis. */
  constructor(
    { REDIS_URL = '', REDIS_PREFIX }: Config,
    private readonly answerWithinMs = 100,
  ) {
    super();
    this.prefix = REDIS_PREFIX;
    // No command is kept for later or sent twice: what cannot be said now is answered from here.
    const once = { enableOfflineQueue: false, autoResendUnfulfilledCommands: false, maxRetriesPerRequest: 0 };
    const retryStrategy = (attempt: number): number => Math.min(attempt * 50, 1_000);
    this.commands = new Redis(REDIS_URL, { ...once, retryStrategy });
    this.subscription = new Redis(REDIS_URL, { ...once, retryStrategy, autoResubscribe: false });
    for (const client of [this.commands, this.subscription]) client.on('error', (error: Error) => this.lose(error));
    this.commands.on('ready', () => this.find());
    this.subscription.on('ready', () => void this.subscribe());
    this.subscription.on('message', (_: string, message: string) => this.hear(message));
  }

  async onModuleInit(): Promise<void> {
    const ready = Promise.all([this.commands, this.subscription].map(becomesReady));
    await within(startWithinMs, ready).catch((error: unknown) => this.lose(error));
  }

  onApplicationShutdown(): void {
    clearTimeout(this.telling);
    this.commands.disconnect();
    this.subscription.disconnect();
  }

  take(quota: Quota, key: string): Taken | Promise<Taken> {
    const window = this.windows.of(quota, key);
    const debt = { quota, key };
    if (quota.slack === 0) return this.ask(window, debt);
    const known = usedOf(window) >= quota.most || window.untold + window.telling < quota.slack;
    return known ? this.takeHere(window, debt) : this.takeAfterTelling(window, debt);
  }

  async giveBack(quota: Quota, key: string): Promise<void> {
    const window = this.windows.of(quota, key);
    window.untold -= 1;
    await this.tell([[window, { quota, key }]]);
  }

  async forget(quota: Quota, key: string): Promise<void> {
    this.windows.forget(quota, key);
    await this.say(() => this.commands.del(this.keyOf({ quota, key }))).catch((error: unknown) => this.lose(error));
  }

  announce(topic: string): void {
    this.topics.tell(topic);
    this.say(() => this.commands.publish(this.channel, JSON.stringify([this.me, topic]))).catch((error: unknown) => this.lose(error));
  }

  listen(topic: string, then: () => void): void {
    this.topics.listen(topic, then);
  }

  private get channel(): string {
    return `${this.prefix}:changes`;
  }

  private keyOf({ quota, key }: Debt): string {
    return `${this.prefix}:quota:${quota.name}:${key}`;
  }

  /** Takes one more in one round trip, with what was taken here before and is not told yet. */
  private async ask(window: Window, debt: Debt): Promise<Taken> {
    const told = begin(window);
    try {
      const answer = await this.say(() => this.commands.eval(takeScript, 1, ...this.argumentsOf(debt, told, true)));
      this.find();
      return { granted: settle(window, told, answer as Answer), used: window.used, endsAt: window.endsAt };
    } catch (error) {
      undo(window, told);
      this.lose(error);
      return this.takeHere(window, debt);
    }
  }

  /** All who wait share one round trip. */
  private async takeAfterTelling(window: Window, debt: Debt): Promise<Taken> {
    await (window.telling > 0 ? window.told : this.tell([[window, debt]]));
    return this.reachable ? this.take(debt.quota, debt.key) : this.takeHere(window, debt);
  }

  private takeHere(window: Window, debt: Debt): Taken {
    const granted = usedOf(window) < debt.quota.most;
    if (granted) {
      window.untold += 1;
      this.owe(window, debt);
    }
    return { granted, used: usedOf(window), endsAt: window.endsAt };
  }

  private owe(window: Window, debt: Debt): void {
    this.debts.set(window, debt);
    this.telling ??= setTimeout(() => void this.tellAll(), this.reachable ? tellAfterMs : pauseMs).unref();
  }

  private async tellAll(): Promise<void> {
    const debts = [...this.debts];
    this.debts.clear();
    await this.tell(debts);
    this.telling = undefined;
    const [next] = this.debts;
    if (next) this.owe(...next);
  }

  /** Tells what was taken here, all of it in one round trip. */
  private async tell(debts: readonly (readonly [Window, Debt])[]): Promise<void> {
    const now = Date.now();
    const due = debts
      .filter(([window]) => window.endsAt > now && window.untold !== 0)
      .map(([window, debt]) => ({ window, debt, told: begin(window) }));
    if (due.length === 0) return;
    const done = this.send(due);
    for (const { window } of due) window.told = done;
    await done;
  }

  private async send(due: readonly Due[]): Promise<void> {
    const pipeline = this.commands.pipeline();
    for (const { debt, told } of due) pipeline.eval(takeScript, 1, ...this.argumentsOf(debt, told, false));
    const answers = await this.say(() => pipeline.exec()).catch((error: unknown) => {
      this.lose(error);
      return null;
    });
    for (const [index, { window, debt, told }] of due.entries()) {
      const [error, answer] = answers?.[index] ?? [unanswered];
      if (error) {
        this.pause();
        this.lose(error);
        undo(window, told);
        this.owe(window, debt);
      } else {
        this.find();
        settle(window, told, answer as Answer);
      }
    }
  }

  private argumentsOf(debt: Debt, told: number, more: boolean): [string, number, number, number, number] {
    return [this.keyOf(debt), told, more ? 1 : 0, debt.quota.most, debt.quota.windowMs];
  }

  private get reachable(): boolean {
    return this.commands.status === 'ready' && Date.now() >= this.pausedUntil;
  }

  private async say<T>(command: () => Promise<T>): Promise<T> {
    if (!this.reachable) throw new Error(`The connection is ${this.commands.status}.`);
    try {
      return await within(this.answerWithinMs, command());
    } catch (error) {
      this.pause();
      throw error;
    }
  }

  /** Whatever was announced before is not heard any more: everybody who listens is told to look again. */
  private async subscribe(): Promise<void> {
    try {
      await this.subscription.subscribe(this.channel);
      this.topics.tellAll();
    } catch (error) {
      this.lose(error);
    }
  }

  private hear(message: string): void {
    const [from, topic] = JSON.parse(message) as [string, string];
    if (from !== this.me) this.topics.tell(topic);
  }

  private pause(): void {
    this.pausedUntil = Date.now() + pauseMs;
  }

  private lose(error: unknown): void {
    if (this.lost) return;
    this.lost = true;
    this.logger.warn('Redis cannot be reached; this process counts for itself and hears of changes later.', error);
  }

  private find(): void {
    this.pausedUntil = 0;
    if (!this.lost) return;
    this.lost = false;
    this.logger.log('Redis is back; what was counted meanwhile is told.');
  }
}

async function becomesReady(client: Redis): Promise<void> {
  if (client.status !== 'ready') await new Promise<void>((resolve) => client.once('ready', resolve));
}

function usedOf({ used, untold, telling }: Window): number {
  return Math.max(0, used + untold + telling);
}

function begin(window: Window): number {
  const told = window.untold;
  window.untold = 0;
  window.telling += told;
  return told;
}

function settle(window: Window, told: number, [granted, used, leftMs]: Answer): boolean {
  window.telling -= told;
  window.used = used;
  window.endsAt = Date.now() + leftMs;
  return granted === 1;
}

function undo(window: Window, told: number): void {
  window.telling -= told;
  window.untold += told;
}

// The world that the handlers run in, without any chance but the schedule's: whatever a process of the shop waits for (a call to the database or to the payment provider, a
// timer) is a step, and the steps are taken one after the other in an order that the schedule decides. Time stands still unless a step passes, nothing else is left to do,
// or the schedule turns the clock.
import { AsyncResource } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { Database, MustWait } from './database.mjs';
import { ids, Types } from './product.mjs';

const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
  setImmediate: globalThis.setImmediate,
  Date: globalThis.Date,
};
const require = createRequire(import.meta.url);
const timersPromises = require('node:timers/promises');
const crypto = require('node:crypto');
const realSleep = timersPromises.setTimeout;

/** What a step costs of time. */
const stepMs = 1;

/** Stands for the database server and the payment provider, which do not crash. */
const outside = { name: 'outside', transactions: new Set() };

export class World {
  database = new Database();
  ready = [];
  timers = [];
  clock = 0;
  steps = 0;
  idsMade = 0;
  digest = 0;
  /** The process whose code runs now. */
  active = null;
  /** Set while a process of the shop starts: the connections made meanwhile are its own. */
  booting = null;
  trace = null;
  faults = { conflict: false, lostCommit: undefined };

  /** Takes over clock, timers and chance, for good. */
  install() {
    const world = this;
    const RealDate = real.Date;
    class Date extends RealDate {
      constructor(...args) {
        if (args.length === 0) super(world.clock);
        else super(...args);
      }
      static now() {
        return world.clock;
      }
      static [Symbol.hasInstance](value) {
        return value instanceof RealDate;
      }
    }
    globalThis.Date = Date;
    globalThis.setTimeout = (work, ms, ...args) =>
      world.active ? world.addTimer(world.active, ms, () => work(...args)) : real.setTimeout(work, ms, ...args);
    globalThis.clearTimeout = (timer) => (timer?.isSimulated ? world.removeTimer(timer) : real.clearTimeout(timer));
    globalThis.setInterval = (work, ms, ...args) =>
      world.active ? world.addInterval(world.active, ms, () => work(...args)) : real.setInterval(work, ms, ...args);
    globalThis.clearInterval = (interval) => (interval?.isSimulated ? world.removeTimer(interval.timer) : real.clearInterval(interval));
    timersPromises.setTimeout = (ms, value) =>
      world.active ? new Promise((resolve) => world.addTimer(world.active, ms, () => resolve(value))) : realSleep(ms, value);
    Math.random = () => world.random();
    crypto.randomInt = (max) => Math.floor(world.random() * max);
    crypto.randomBytes = (length) => Buffer.from(Array.from({ length }, () => crypto.randomInt(256)));
    ids.newId = (now = world.clock) =>
      Math.floor(now / 1000)
        .toString(16)
        .padStart(8, '0') + (world.idsMade += 1).toString(16).padStart(16, '0');
    Types.ObjectId.PROCESS_UNIQUE = Buffer.alloc(5);
  }

  /** A world in which nothing has happened yet: nothing of it may depend on what was run before. */
  begin(clock, seed) {
    this.ready = [];
    this.timers = [];
    this.clock = clock;
    this.steps = 0;
    this.idsMade = 0;
    Types.ObjectId.index = 0;
    this.digest = 0;
    this.seed = seed | 0;
    this.faults = { conflict: false, lostCommit: undefined };
  }

  /** Mulberry32. */
  random() {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let t = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** A call of a process to something outside: it takes effect when its step is taken. */
  call(process, label, effect, more) {
    return new Promise((resolve, reject) => this.ready.push({ process, label, effect, resolve, reject, ...more }));
  }

  beginFor(process) {
    const transaction = this.database.begin();
    process.transactions.add(transaction);
    return transaction;
  }

  /** Lets work of a process begin, as a step of its own. */
  start(process, label, work) {
    this.ready.push({ process, label, effect: work, resolve: () => undefined, reject: () => undefined });
  }

  addTimer(process, ms, doLater) {
    const work = AsyncResource.bind(doLater);
    const timer = { isSimulated: true, process, at: this.clock + Math.max(1, ms || 0), work, unref: () => timer, ref: () => timer };
    this.timers.push(timer);
    return timer;
  }

  addInterval(process, ms, work) {
    const interval = { isSimulated: true, timer: undefined };
    const again = () => {
      interval.timer = this.addTimer(process, ms, () => {
        again();
        work();
      });
    };
    again();
    return interval;
  }

  removeTimer(timer) {
    const place = this.timers.indexOf(timer);
    if (place >= 0) this.timers.splice(place, 1);
  }

  /** The steps that could be taken now, the longest waiting first. */
  candidates() {
    for (const timer of this.timers.filter(({ at }) => at <= this.clock).sort((a, b) => a.at - b.at)) {
      this.removeTimer(timer);
      this.start(timer.process, 'timer', timer.work);
    }
    return this.ready.filter(({ waitsFor }) => waitsFor?.state !== 'open');
  }

  nextTimer() {
    return this.timers.reduce((soonest, { at }) => Math.min(soonest, at), Infinity);
  }

  /** Takes one step and lets everything run that follows from it, to the next wait. */
  async take(step) {
    this.ready.splice(this.ready.indexOf(step), 1);
    this.steps += 1;
    this.clock += stepMs;
    this.note(step);
    this.trace?.(this, step);
    this.active = step.process;
    this.perform(step);
    await new Promise(real.setImmediate);
    this.active = null;
  }

  /** By its digest two runs of one schedule are compared: which steps were taken, whose, and when. */
  note({ process, label }) {
    let hash = (Math.imul(this.digest, 31) + this.clock) | 0;
    for (const text of [process.name, label])
      for (let place = 0; place < text.length; place += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(place)) | 0;
    this.digest = hash;
  }

  perform(step) {
    const { faults } = this;
    if (faults.conflict && step.conflict) {
      faults.conflict = false;
      return step.reject(step.conflict());
    }
    const lost = step.lost && faults.lostCommit;
    try {
      const value = lost === 'before' ? undefined : step.effect();
      if (!lost) return step.resolve(value);
      faults.lostCommit = undefined;
      return step.reject(step.lost());
    } catch (error) {
      if (!(error instanceof MustWait)) return step.reject(error);
      step.waitsFor = error.owner;
      this.ready.push(step);
    }
  }

  /**
   * Ends a process in the middle of everything: nothing of it goes on. Of the calls under way those that `landed` has a bit for have taken effect. Its open transactions
   * end at once, or when the server has missed it for `lingerMs`.
   */
  crash(process, landed, lingerMs) {
    const mine = this.ready.filter((step) => step.process === process);
    this.ready = this.ready.filter((step) => step.process !== process);
    this.timers = this.timers.filter((timer) => timer.process !== process);
    mine.forEach((step, index) => {
      if (!step.database && !step.gateway) return;
      if (!(landed & (1 << (index % 8)))) return;
      try {
        step.effect();
      } catch {
        // It did not take effect, and nobody is left to hear of it.
      }
    });
    for (const transaction of process.transactions) {
      if (lingerMs > 0) this.addTimer(outside, lingerMs, () => this.database.abort(transaction));
      else this.database.abort(transaction);
    }
    process.transactions = new Set();
  }

  /** Takes steps in their order until a promise is settled; for what the schedule has no say in. */
  async settle(promise) {
    let done = false;
    const settled = promise.finally(() => (done = true));
    settled.catch(() => undefined);
    await new Promise(real.setImmediate);
    for (let steps = 0; !done; steps += 1) {
      if (steps > 100_000) throw new Error('The shop does not come to an end.');
      const [step] = this.candidates();
      if (step) await this.take(step);
      else if (this.timers.length > 0) this.clock = Math.max(this.clock, this.nextTimer());
      else throw new Error('The shop waits for nothing.');
    }
    return settled;
  }
}

import { Injectable, Module } from '@nestjs/common';
import {
  Command,
  CommandBus,
  CommandHandler,
  EventsHandler,
  ofType,
  Saga,
  type ICommand,
  type ICommandHandler,
  type IEventHandler,
} from '@nestjs/cqrs';
import { getQueueToken } from '@nestjs/bull';
import { getConnectionToken, getModelToken, InjectModel, MongooseModule } from '@nestjs/mongoose';
import { EventName, newDocument, newId, type DomainEvent, type Stored } from '@cartwright/kernel';
import type { Job, Queue } from 'bull';
import { trusted, type Connection, type Model } from 'mongoose';
import { map, type Observable } from 'rxjs';
import { DocumentStore, StoreContext } from '../store/document-store';
import { fromStored } from '../store/plain';
import { aggregateSchema, documentSchema } from '../store/schema';
import { Transactions } from '../store/transactions';
import { startTestApp, type TestApp } from '../testing/test-app';
import type { Config } from '../config/config';
import { TestRedis } from '../testing/test-redis';
import { FailedDeliveries } from './failed-deliveries';
import { Outbox, type OutboxRow } from './outbox';
import { OutsideTransaction } from './reactions';
import { Relay } from './relay';
import { Unanswered } from './unanswered';

@EventName('relayspec.bell_rung.v1')
class BellRung implements DomainEvent {
  constructor(readonly data: { readonly bell: string; readonly n: number }) {}
}

@EventName('relayspec.tower_climbed.v1')
class TowerClimbed implements DomainEvent {
  constructor(readonly data: { readonly tower: string }) {}
}

@EventName('relayspec.nobody_hears.v1')
class NobodyHears implements DomainEvent {
  constructor(readonly data: object) {}
}

interface Bell extends Stored {
  readonly rung: number;
}

@Injectable()
class BellStore extends DocumentStore<Bell> {
  constructor(@InjectModel('bell') model: Model<Bell>, context: StoreContext) {
    super(model, context, 'bell');
  }
}

class NoteDown extends Command<void> {
  constructor(readonly input: { readonly bell: string; readonly n: number; readonly by: string }) {
    super();
  }
}

/** What the reactions of this spec do wrong, set by the tests. */
const mischief = {
  ...{ sagaThrows: false, handlerFails: 0, commandFailsAfterWrite: 0, outsideFails: 0, outsideTakes: Promise.resolve() },
  outsideFailsWith: (): Error => new Error('the outside failed'),
};

@CommandHandler(NoteDown)
class NoteDownHandler implements ICommandHandler<NoteDown> {
  constructor(
    @InjectModel('note') private readonly notes: Model<{ bell: string; n: number; by: string }>,
    private readonly transactions: Transactions,
  ) {}

  async execute({ input }: NoteDown): Promise<void> {
    await this.notes.create([input], { session: this.transactions.session });
    if (mischief.commandFailsAfterWrite > 0) {
      mischief.commandFailsAfterWrite -= 1;
      throw new Error('the command failed after its write');
    }
  }
}

@Injectable()
class BellSaga {
  @Saga()
  noteDown = (events$: Observable<DomainEvent>): Observable<ICommand> =>
    events$.pipe(
      ofType(BellRung),
      map(({ data }) => {
        if (mischief.sagaThrows) throw new Error('the saga threw');
        return new NoteDown({ ...data, by: 'saga' });
      }),
    );
}

@EventsHandler(BellRung)
class BellHandler implements IEventHandler<BellRung> {
  constructor(private readonly commands: CommandBus) {}

  async handle({ data }: BellRung): Promise<void> {
    if (mischief.handlerFails > 0) {
      mischief.handlerFails -= 1;
      throw new Error('the handler failed');
    }
    await this.commands.execute(new NoteDown({ ...data, by: 'handler' }));
  }
}

/** Changes another aggregate than the one that announced it. */
@EventsHandler(TowerClimbed)
class RingInTower implements IEventHandler<TowerClimbed> {
  constructor(private readonly bells: BellStore) {}

  async handle({ data }: TowerClimbed): Promise<void> {
    const bell = (await this.bells.find(data.tower)) as Bell;
    await this.bells.save({ next: { ...bell, rung: bell.rung + 1 }, events: [] });
  }
}

const heardOutside: number[] = [];
let askedOutside = 0;

@OutsideTransaction('it only counts')
@EventsHandler(BellRung)
class OutsideHandler implements IEventHandler<BellRung> {
  constructor(private readonly transactions: Transactions) {}

  async handle({ data }: BellRung): Promise<void> {
    this.transactions.assertOutside('The outside');
    askedOutside += 1;
    await mischief.outsideTakes;
    if (mischief.outsideFails > 0) {
      mischief.outsideFails -= 1;
      throw mischief.outsideFailsWith();
    }
    heardOutside.push(data.n);
  }
}

@Module({
  imports: [
    MongooseModule.forFeature([
      { name: 'bell', schema: aggregateSchema('bells', { rung: { type: Number, required: true } }) },
      { name: 'note', schema: documentSchema('notes', { bell: String, n: Number, by: String }) },
    ]),
  ],
  providers: [BellStore, NoteDownHandler, BellSaga, BellHandler, OutsideHandler, RingInTower],
})
class BellModule {}

jest.setTimeout(120_000);

let shop: TestApp;
let redis: TestRedis;
let bells: BellStore;
let notes: Model<{ bell: string; n: number; by: string }>;
let rows: Model<OutboxRow>;

beforeAll(async () => {
  redis = await TestRedis.start();
});
afterAll(() => redis.stop());

async function start(config: Partial<Config>, lateMs = 300): Promise<void> {
  const delivery = { pollMs: 20, lateMs, firstRetryMs: 10, attempts: 4 };
  shop = await startTestApp({ imports: [BellModule], watchCommands: true, delivery, config });
  bells = shop.app.get(BellStore, { strict: false });
  notes = shop.app.get(getModelToken('note'), { strict: false });
  rows = shop.app.get(getModelToken('outbox'), { strict: false });
}

beforeEach(() => {
  Object.assign(mischief, {
    sagaThrows: false,
    handlerFails: 0,
    commandFailsAfterWrite: 0,
    outsideFails: 0,
    outsideTakes: Promise.resolve(),
    outsideFailsWith: () => new Error('the outside failed'),
  });
  heardOutside.length = 0;
  askedOutside = 0;
});

/** Rings a new bell `times` times, an event each. */
async function ring(times: number): Promise<string> {
  let bell: Bell = { ...newDocument(newId(), new Date()), rung: 0 };
  for (let n = 1; n <= times; n += 1) {
    bell = await bells.save({ next: { ...bell, rung: n }, events: [new BellRung({ bell: bell.id, n })] });
  }
  return bell.id;
}

/** A new bell whose event leads to a change of that one. */
async function climb(tower: string): Promise<string> {
  return (await bells.save({ next: { ...newDocument(newId(), new Date()), rung: 0 }, events: [new TowerClimbed({ tower })] })).id;
}

/** Changes a bell in a transaction that ends when it is told to. */
async function hold(id: string): Promise<() => Promise<void>> {
  let end = (): void => undefined;
  const told = new Promise<void>((resolve) => (end = resolve));
  let holding: Promise<void> = Promise.resolve();
  await new Promise<void>((resolve) => {
    holding = shop.app.get(Transactions).run(async () => {
      await bells.save({ next: (await bells.find(id)) as Bell, events: [] });
      resolve();
      await told;
    });
  });
  return async () => {
    end();
    await holding;
  };
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`It never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function settled(bell: string): Promise<void> {
  await until(
    async () =>
      (await rows.countDocuments({ aggregate: `bell:${bell}`, waiting: [] })) ===
      (await rows.countDocuments({ aggregate: `bell:${bell}` })),
    'the end of the deliveries',
  );
}

async function notesOf(bell: string, by: string): Promise<number[]> {
  return (await notes.find({ bell, by }).sort({ _id: 1 }).lean()).map((note) => note.n);
}

/** An event as it stands in the outbox before anybody delivers it, by hand. */
async function written(bell: string, dueAt: Date): Promise<OutboxRow> {
  const what = { name: 'relayspec.bell_rung.v1', aggregate: `bell:${bell}`, sequence: 1, data: { bell, n: 1 }, at: new Date() };
  const row = { ...what, waiting: ['BellSaga.noteDown', 'BellHandler', 'OutsideHandler'], dueAt, failures: [], parked: [] };
  const id = newId();
  await rows.create({ _id: id, ...row });
  return { id, ...row };
}

/** The commands to the outbox while `work` goes on. */
async function outboxCommands(work: () => Promise<unknown>): Promise<string[]> {
  const client = shop.app.get<Connection>(getConnectionToken(), { strict: false }).getClient();
  const sent: string[] = [];
  const note = ({ commandName, command }: { commandName: string; command: Record<string, unknown> }): void => {
    // The relay's look for what is due comes when it comes.
    if (command[commandName] === 'outbox' && commandName !== 'findAndModify') sent.push(commandName);
  };
  client.on('commandStarted', note);
  await work();
  client.off('commandStarted', note);
  return sent;
}

const viaRedis = (): Partial<Config> => ({ REDIS_URL: redis.url, REDIS_PREFIX: redis.prefix });

describe.each([
  ['in memory', (): Partial<Config> => ({})],
  ['by Bull on Redis', viaRedis],
])('events delivered %s', (_, config) => {
  beforeAll(() => start(config()));
  afterAll(() => shop.stop());

  test('every reaction gets every event of an aggregate once, in order, with sequence numbers without gaps', async () => {
    const bell = await ring(5);
    await settled(bell);
    expect(await notesOf(bell, 'saga')).toEqual([1, 2, 3, 4, 5]);
    expect(await notesOf(bell, 'handler')).toEqual([1, 2, 3, 4, 5]);
    expect(heardOutside).toEqual([1, 2, 3, 4, 5]);
    expect(
      (
        await rows
          .find({ aggregate: `bell:${bell}` })
          .sort({ sequence: 1 })
          .lean()
      ).map((row) => row.sequence),
    ).toEqual([1, 2, 3, 4, 5]);
  });

  test('the metrics count events by name, time each reaction, and tell of the wake-ups', async () => {
    const read = async (): Promise<string> => (await fetch(`${shop.url}/metrics`)).text();
    const valueIn = (text: string, name: string): number =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${name} `))
          ?.split(' ')[1] ?? 0,
      );
    const announced = 'events_announced_total{event="relayspec.bell_rung.v1"}';
    const before = await read();
    await settled(await ring(2));
    await until(
      async () => valueIn(await read(), 'outbox_delivery_seconds_count') === valueIn(before, 'outbox_delivery_seconds_count') + 6,
      'the time of three reactions to two events',
    );
    const after = await read();
    expect(valueIn(after, announced)).toBe(valueIn(before, announced) + 2);
    const states = [...after.matchAll(/^jobs\{state="(\w+)"\} \d+$/gm)].map(([, state]) => state);
    expect(states).toEqual(
      shop.config.REDIS_URL
        ? ['event_waiting', 'event_active', 'event_delayed', 'timer_waiting', 'timer_active', 'timer_delayed']
        : ['delayed', 'active'],
    );
  });

  test('a saga that throws neither dies nor loses the event: it is repeated, and the events after it wait for their turn', async () => {
    mischief.sagaThrows = true;
    const bell = await ring(2);
    await until(
      async () => (await rows.countDocuments({ aggregate: `bell:${bell}`, 'failures.reaction': 'BellSaga.noteDown' })) > 0,
      'a failed attempt of the saga',
    );
    expect(await notesOf(bell, 'saga')).toEqual([]);
    mischief.sagaThrows = false;
    await settled(bell);
    expect(await notesOf(bell, 'saga')).toEqual([1, 2]);
    expect(await notesOf(bell, 'handler')).toEqual([1, 2]);
  });

  test('a reaction that fails after its write leaves nothing behind, and is applied once when it is repeated', async () => {
    mischief.commandFailsAfterWrite = 2;
    const bell = await ring(1);
    await settled(bell);
    expect([...(await notesOf(bell, 'saga')), ...(await notesOf(bell, 'handler'))]).toEqual([1, 1]);
  });

  test('only what failed is repeated', async () => {
    mischief.handlerFails = 2;
    const bell = await ring(1);
    await settled(bell);
    expect(await notesOf(bell, 'handler')).toEqual([1]);
    expect(await notesOf(bell, 'saga')).toEqual([1]);
    expect(heardOutside).toEqual([1]);
  });

  test('what keeps failing is parked where an admin sees it and sets it going again', async () => {
    // Not four times: one that is delivered twice at once, as on a busy machine, fails twice in one attempt.
    mischief.outsideFails = Infinity;
    const bell = await ring(1);
    const failed = shop.app.get(FailedDeliveries, { strict: false });
    await until(async () => (await failed.list({ limit: 10, skip: 0 })).total === 1, 'the parked delivery');
    const [row] = (await failed.list({ limit: 10, skip: 0 })).rows;
    expect(row?.parked).toEqual([expect.objectContaining({ reaction: 'OutsideHandler', attempts: 4, error: 'Error: the outside failed' })]);
    expect(heardOutside).toEqual([]);
    mischief.outsideFails = 0;
    await failed.retry(row?.id ?? '');
    await settled(bell);
    await until(async () => Promise.resolve(heardOutside.length === 1), 'the repeated delivery');
    expect((await failed.list({ limit: 10, skip: 0 })).total).toBe(0);
  });

  describe('what belongs to no aggregate', () => {
    const month = 30 * 24 * 3_600_000;
    const tell = async (event: DomainEvent): Promise<{ aggregate: string }> => {
      const [outbox, aggregate] = [shop.app.get(Outbox, { strict: false }), `tale:${newId()}`];
      await shop.app.get(Transactions, { strict: false }).run(async () => Promise.resolve(outbox.tell(aggregate, [event], new Date())));
      return { aggregate };
    };
    const atRest = async (which: object): Promise<OutboxRow> => {
      const found = { ...which, waiting: [], dueAt: { $eq: null } };
      await until(async () => (await rows.countDocuments(found)) === 1, 'the end of the deliveries');
      return fromStored(await rows.findOne(which).lean()) as OutboxRow;
    };
    const isKept = async (which: object): Promise<void> => {
      const left = Number((await atRest(which)).expiresAt) - Date.now();
      expect([left > month - 60_000, left <= month]).toEqual([true, true]);
    };

    test('goes a month after its last delivery, and what does belong to one never', async () => {
      mischief.handlerFails = 1;
      const bell = newId();
      const told = await tell(new BellRung({ bell, n: 1 }));
      await isKept(told);
      expect([await notesOf(bell, 'saga'), await notesOf(bell, 'handler'), heardOutside]).toEqual([[1], [1], [1]]);
      const aggregate = `bell:${await ring(1)}`;
      expect((await atRest({ aggregate })).expiresAt).toBeUndefined();
      const indexes = await rows.collection.indexes();
      expect(indexes).toContainEqual(expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }));
    });

    test('goes likewise when nobody hears it, and when whoever took its last delivery down did not come to saying so', async () => {
      await isKept(await tell(new NobodyHears({})));
      const told = await tell(new BellRung({ bell: newId(), n: 1 }));
      await atRest(told);
      await rows.updateOne(told, { $set: { dueAt: new Date() }, $unset: { expiresAt: 1 } });
      await isKept(told);
    });

    test('stays while a delivery is parked, and until that was made after all', async () => {
      mischief.outsideFails = Infinity;
      const told = await tell(new BellRung({ bell: newId(), n: 1 }));
      const { id, expiresAt } = await atRest({ ...told, 'parked.reaction': 'OutsideHandler' });
      expect(expiresAt).toBeUndefined();
      mischief.outsideFails = 0;
      await shop.app.get(FailedDeliveries, { strict: false }).retry(id);
      await isKept({ ...told, parked: [] });
    });
  });

  test('what only gets no answer from outside is not parked, however often it is tried', async () => {
    // More often than the four attempts after which a failure is parked.
    Object.assign(mischief, { outsideFails: 5, outsideFailsWith: () => new Unanswered('the outside gave no answer') });
    const bell = await ring(1);
    await settled(bell);
    expect(await rows.findOne({ aggregate: `bell:${bell}` }).lean()).toMatchObject({ parked: [], failures: [] });
    expect(heardOutside).toEqual([1]);
  });

  test('what gets no answer for days is parked after all, where an admin sees it', async () => {
    Object.assign(mischief, { outsideFails: Infinity, outsideFailsWith: () => new Unanswered('the outside gave no answer') });
    const { id } = await written(newId(), new Date(0));
    await rows.updateOne({ _id: id }, { $set: { at: new Date(Date.now() - 4 * 24 * 3_600_000) } });
    await until(async () => (await rows.countDocuments({ _id: id, 'parked.reaction': 'OutsideHandler' })) === 1, 'the parked delivery');
    mischief.outsideFails = 0;
    await shop.app.get(FailedDeliveries, { strict: false }).retry(id);
    await until(async () => (await rows.countDocuments({ _id: id, waiting: [] })) === 1, 'the repeated delivery');
  });

  test('an event whose writer died before delivering it is found by another', async () => {
    const bell = newId();
    await written(bell, new Date());
    await settled(bell);
    expect(await notesOf(bell, 'saga')).toEqual([1]);
  });

  test('an event that is delivered again after it was applied changes nothing: its name has left the inbox', async () => {
    const bell = await ring(1);
    await settled(bell);
    await rows.updateOne({ aggregate: `bell:${bell}` }, { $set: { dueAt: new Date() } });
    await until(async () => (await rows.countDocuments({ aggregate: `bell:${bell}`, dueAt: { $eq: null } })) === 1, 'the second delivery');
    expect(await notesOf(bell, 'saga')).toEqual([1]);
  });

  test('an event that is delivered twice at once is applied once', async () => {
    const bell = newId();
    // Nobody looks for it: two processes have read it, one when its lease had ended.
    const row = await written(bell, new Date(Date.now() + 3_600_000));
    const relay = shop.app.get(Relay, { strict: false });
    await Promise.all([relay['enqueue'](row), relay['enqueue'](row)]);
    await Promise.all(relay['lines'].values());
    expect([await notesOf(bell, 'saga'), await notesOf(bell, 'handler'), heardOutside]).toEqual([[1], [1], [1]]);
  });

  test('an event in hand is not taken again before its lease ends', async () => {
    const bell = newId();
    let end = (): void => undefined;
    mischief.outsideTakes = new Promise((resolve) => (end = resolve));
    const { aggregate } = await written(bell, new Date());
    const inHand = { aggregate, waiting: ['OutsideHandler'] };
    await until(async () => (await rows.countDocuments(inHand)) === 1, 'its delivery');
    const dueAt = (await rows.findOne(inHand).lean())?.dueAt?.getTime();
    end();
    await settled(bell);
    expect(dueAt).toBeGreaterThan(Date.now());
  });

  test('a place in the sequence of an aggregate is taken once', async () => {
    const outbox = shop.app.get(Outbox, { strict: false });
    const [aggregate, event] = [`bell:${newId()}`, new BellRung({ bell: newId(), n: 1 })];
    const announce = (): Promise<void> =>
      shop.app.get(Transactions, { strict: false }).run(async () => Promise.resolve(outbox.add(aggregate, 0, [event], new Date())));
    await announce();
    await expect(announce()).rejects.toMatchObject({ code: 11000 });
  });

  test('an aggregate that was changed meanwhile is not overwritten, and its events are not announced', async () => {
    const id = await ring(1);
    const bell = (await bells.find(id)) as Bell;
    await bells.save({ next: { ...bell, rung: 10 }, events: [] });
    await expect(bells.save({ next: { ...bell, rung: 20 }, events: [new BellRung({ bell: id, n: 20 })] })).rejects.toThrow(
      'changed by somebody else',
    );
    expect((await bells.find(id))?.rung).toBe(10);
    expect(await rows.countDocuments({ aggregate: `bell:${id}` })).toBe(1);
  });

  test('a transaction joins the one around it: all of it is undone together', async () => {
    const transactions = shop.app.get(Transactions, { strict: false });
    const commands = shop.app.get(CommandBus, { strict: false });
    const bell = newId();
    const work = transactions.run(async () => {
      await transactions.run(() => commands.execute(new NoteDown({ bell, n: 1, by: 'me' })));
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await notesOf(bell, 'me')).toEqual([]);
  });

  test('the events of a transaction are written together, and only if it comes to its end', async () => {
    const two = async (): Promise<string[]> => [await ring(2), await ring(1)];
    let rung: string[] = [];
    const sent = await outboxCommands(async () => {
      rung = await shop.app.get(Transactions).run(two);
    });
    expect(sent.filter((command) => command === 'insert')).toHaveLength(1);
    for (const bell of rung) await settled(bell);
    expect(await Promise.all(rung.map((bell) => notesOf(bell, 'saga')))).toEqual([[1, 2], [1]]);
    const undone = shop.app.get(Transactions).run(async () => {
      rung = await two();
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await rows.countDocuments({ aggregate: trusted({ $in: rung.map((bell) => `bell:${bell}`) }) })).toBe(0);
  });
});

describe.each([
  ['in memory', (): Partial<Config> => ({})],
  ['by Bull on Redis', viaRedis],
])('events delivered %s, while nobody looks for what is late', (_, config) => {
  beforeAll(() => start(config(), 3_600_000));
  afterAll(() => shop.stop());

  test('many of one aggregate, of which the first is slow, hold up nobody else, and come one after the other in the end', async () => {
    let letGo = (): void => undefined;
    mischief.outsideTakes = new Promise((resolve) => (letGo = resolve));
    const slow = await ring(20);
    const other = await ring(1);
    try {
      await until(async () => (await notesOf(other, 'handler')).length === 1, 'what another aggregate brings about');
      expect(await notesOf(slow, 'handler')).toEqual([1]);
    } finally {
      letGo();
    }
    await settled(slow);
    expect(await notesOf(slow, 'handler')).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  test('a hundred that lead to one document, which somebody is changing, hold up nobody else, and each is applied once in the end', async () => {
    const tower = await ring(1);
    await settled(tower);
    const letGo = await hold(tower);
    const climbers = await Promise.all(Array.from({ length: 100 }, () => climb(tower)));
    try {
      await settled(await ring(1));
      expect((await bells.find(tower))?.rung).toBe(1);
    } finally {
      await letGo();
    }
    for (const climber of climbers) await settled(climber);
    expect((await bells.find(tower))?.rung).toBe(1 + climbers.length);
  });

  test('what a process left that died is found while many of another wait for one document', async () => {
    const tower = await ring(1);
    await settled(tower);
    const letGo = await hold(tower);
    const climbers = await Promise.all(Array.from({ length: 20 }, () => climb(tower)));
    try {
      const relay = shop.app.get(Relay, { strict: false });
      await until(() => Promise.resolve(relay['lines'].size >= climbers.length), 'all of them');
      const bell = newId();
      await written(bell, new Date(0));
      await settled(bell);
      expect((await bells.find(tower))?.rung).toBe(1);
    } finally {
      await letGo();
    }
    for (const climber of climbers) await settled(climber);
  });

  test('a hundred to which nobody outside answers hold up nothing that changes the shop, their own changes neither, and each is told in the end', async () => {
    const tower = await ring(1);
    await settled(tower);
    heardOutside.length = 0;
    let letGo = (): void => undefined;
    mischief.outsideTakes = new Promise((resolve) => (letGo = resolve));
    const silent = await Promise.all(Array.from({ length: 100 }, () => ring(1)));
    try {
      await settled(await climb(tower));
      const through = { bell: trusted({ $in: silent }), by: trusted({ $in: ['saga', 'handler'] }) };
      await until(async () => (await notes.countDocuments(through)) === 2 * silent.length, 'what they change');
      expect(heardOutside).toEqual([]);
    } finally {
      letGo();
    }
    for (const bell of silent) await settled(bell);
    expect(heardOutside).toHaveLength(silent.length);
  });
});

describe('events delivered in memory', () => {
  beforeAll(() => start({}, 3_600_000));
  afterAll(() => shop.stop());

  test('what came before an event is not looked up when this process has just seen it through', async () => {
    const sent = await outboxCommands(async () => settled(await ring(3)));
    expect(sent.filter((command) => command === 'find')).toEqual([]);
  });
});

describe('events delivered in memory by two processes', () => {
  beforeAll(() => start({}, 900));
  afterAll(() => shop.stop());

  test('while one waits for an answer from outside, however long, no other asks for it', async () => {
    const delivery = { pollMs: 20, lateMs: 900, firstRetryMs: 10, attempts: 4 };
    const other = await startTestApp({ imports: [BellModule], delivery, mongoUri: shop.mongoUri });
    let letGo = (): void => undefined;
    mischief.outsideTakes = new Promise((resolve) => (letGo = resolve));
    try {
      const bell = await ring(1);
      await until(() => Promise.resolve(askedOutside > 0), 'the question');
      await new Promise((resolve) => setTimeout(resolve, 2_500)); // in which its row would have been late
      expect(askedOutside).toBe(1);
      letGo();
      await settled(bell);
    } finally {
      letGo();
      await other.stop();
    }
    expect(heardOutside).toEqual([1]);
  });
});

describe('events delivered by Bull on Redis', () => {
  beforeAll(() => start(viaRedis()));
  afterAll(() => shop.stop());

  test('events that were announced while Redis was away are delivered all the same, once', async () => {
    redis.cut();
    const bell = await ring(3);
    await settled(bell);
    redis.mend();
    expect(await notesOf(bell, 'saga')).toEqual([1, 2, 3]);
    expect(heardOutside).toEqual([1, 2, 3]);
  });

  test('a repetition that Redis has forgotten comes all the same', async () => {
    mischief.handlerFails = 1;
    const bell = await ring(1);
    const queue = shop.app.get<Queue>(getQueueToken('events'), { strict: false });
    await until(
      async () =>
        (await rows.countDocuments({ aggregate: `bell:${bell}`, 'failures.attempts': 1 })) === 1 ||
        (await notesOf(bell, 'handler')).length === 1,
      'the failure',
    );
    await queue.client.flushall();
    await settled(bell);
    expect(await notesOf(bell, 'handler')).toEqual([1]);
  });

  test('what is repeated for somebody outside goes on giving way', async () => {
    Object.assign(mischief, { outsideFails: 1, outsideFailsWith: () => new Unanswered('the outside gave no answer') });
    const { id } = await written(newId(), new Date(Date.now() + 3_600_000));
    // It is a minute old, and so asked for again in another one.
    await rows.updateOne({ _id: id }, { $set: { at: new Date(Date.now() - 60_000), dueAt: new Date(0) } });
    const queue = shop.app.get<Queue>(getQueueToken('events'), { strict: false });
    const repetition = async (): Promise<Job | undefined> =>
      (await queue.getDelayed()).find(({ data }) => (data as { ids: string[] }).ids.includes(id));
    await until(async () => (await repetition()) !== undefined, 'the repetition');
    expect((await repetition())?.opts.priority).toBeUndefined();
    await rows.deleteOne({ _id: id });
  });

  test('a process that does not deliver leaves it to those that do', async () => {
    const sender = await startTestApp({
      imports: [BellModule],
      delivery: { deliver: false },
      config: { ...viaRedis() },
      mongoUri: shop.mongoUri,
    });
    try {
      const bell: Bell = { ...newDocument(newId(), new Date()), rung: 1 };
      await sender.app.get(BellStore, { strict: false }).save({ next: bell, events: [new BellRung({ bell: bell.id, n: 1 })] });
      await settled(bell.id);
      expect(await notesOf(bell.id, 'handler')).toEqual([1]);
    } finally {
      await sender.stop();
    }
  });
});

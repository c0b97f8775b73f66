import { Body, Controller, Delete, Get, HttpCode, Injectable, Module, Patch, Post } from '@nestjs/common';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { getConnectionToken, InjectModel, MongooseModule } from '@nestjs/mongoose';
import { EventName, newDocument, newId, type DomainEvent, type Stored } from '@cartwright/kernel';
import { Types, type Connection, type Model } from 'mongoose';
import { Allow, type Caller } from '../http/access';
import { Amount } from '../http/fields';
import { acting } from '../observability/context';
import { DocumentStore, StoreContext } from '../store/document-store';
import { ListOrder } from '../store/list-order';
import { aggregateSchema } from '../store/schema';
import { Transactions } from '../store/transactions';
import { startTestApp, type TestApp } from '../testing/test-app';
import { bearer } from '../testing/test-callers';
import { Audit } from './audit';
import { AuditLog, filterOf, type AuditWish } from './audit-log';

@EventName('auditspec.lamp_priced.v1')
class LampPriced implements DomainEvent {
  constructor(readonly data: { readonly lamp: string }) {}
}

interface Lamp extends Stored {
  readonly price: number;
  readonly sold: number;
  readonly secretToken?: string;
}

@Injectable()
class LampStore extends DocumentStore<Lamp> {
  constructor(@InjectModel('lamp') model: Model<Lamp>, context: StoreContext) {
    super(model, context, 'lamp', { unrecorded: ['sold'] });
  }
}

/** What follows from an act is nobody's. */
@EventsHandler(LampPriced)
class CountPricings implements IEventHandler<LampPriced> {
  constructor(private readonly lamps: LampStore) {}

  async handle({ data }: LampPriced): Promise<void> {
    const lamp = (await this.lamps.find(data.lamp)) as Lamp;
    await this.lamps.save({ next: { ...lamp, price: lamp.price + 1 }, events: [] });
  }
}

class PriceDto {
  @Amount()
  price!: number;
}

/** The one lamp of this spec's shop. */
const lampId = newId();

@Controller('lamp')
class LampController {
  constructor(
    private readonly lamps: LampStore,
    private readonly transactions: Transactions,
  ) {}

  @Get()
  @Allow('admin')
  async readLamp(): Promise<object> {
    return (await this.lamps.find(lampId)) as Lamp;
  }

  @Post()
  @Allow('admin', 'vendor')
  async makeLamp(@Body() { price }: PriceDto): Promise<object> {
    return this.lamps.save({ next: { ...newDocument(newId(), new Date()), price, sold: 0 }, events: [] });
  }

  @Patch()
  @Allow('admin')
  async priceLamp(@Body() { price }: PriceDto): Promise<object> {
    const lamp = (await this.lamps.find(lampId)) as Lamp;
    return this.lamps.save({ next: { ...lamp, price, secretToken: `t${price}` }, events: [new LampPriced({ lamp: lampId })] });
  }

  @Delete()
  @HttpCode(200)
  @Allow('admin')
  async failLamp(): Promise<void> {
    await this.transactions.run(async () => {
      await this.priceLamp({ price: 7 });
      throw new Error('too late');
    });
  }

  /** Buyers do it, and admins for them. */
  @Post('return')
  @Allow('guest', 'user', 'admin')
  async returnLamp(): Promise<object> {
    const lamp = (await this.lamps.find(lampId)) as Lamp;
    return this.lamps.save({ next: { ...lamp, price: lamp.price + 1 }, events: [] });
  }

  /** An admin who buys does it as everybody does. */
  @Post('buy')
  @Allow('user')
  async buyLamp(): Promise<object> {
    const lamp = (await this.lamps.find(lampId)) as Lamp;
    return this.lamps.save({ next: { ...lamp, price: lamp.price + 1, sold: lamp.sold + 1 }, events: [] });
  }
}

@Module({
  imports: [
    MongooseModule.forFeature([{ name: 'lamp', schema: aggregateSchema('lamps', { price: Number, sold: Number, secretToken: String }) }]),
  ],
  controllers: [LampController],
  providers: [LampStore, CountPricings],
})
class LampModule {}

const ada = { kind: 'user', id: newId(), roles: ['user', 'admin'] } as const;
const eve = { kind: 'user', id: newId(), roles: ['user', 'vendor'] } as const;

let shop: TestApp;
let connection: Connection;
let audit: Audit;
let log: AuditLog;
let lamps: LampStore;

beforeAll(async () => {
  shop = await startTestApp({ imports: [LampModule], config: { AUDIT_DAYS: 2 }, watchCommands: true });
  connection = shop.app.get<Connection>(getConnectionToken());
  [audit, log, lamps] = [shop.app.get(Audit), shop.app.get(AuditLog, { strict: false }), shop.app.get(LampStore, { strict: false })];
  await lamps.save({ next: { ...newDocument(lampId, new Date()), price: 1, sold: 0 }, events: [] });
});
afterAll(() => shop.stop());
beforeEach(async () => {
  await entries().deleteMany({});
});

const entries = () => connection.collection('auditEntries');
const list = async (wish: AuditWish = {}) => (await log.list(wish, { limit: 100, skip: 0 })).rows;

async function send(method: string, path: string, body?: object, caller: Caller = ada, headers: object = {}): Promise<number> {
  const said = { authorization: bearer(caller), ...(body && { 'content-type': 'application/json' }), ...headers };
  const init = { method, headers: said as Record<string, string>, body: body && JSON.stringify(body) };
  return (await fetch(`${shop.url}/api${path}`, init)).status;
}

describe('an act of staff', () => {
  it('stands in the log with who did it, by which request, and what it changed', async () => {
    const { price } = (await lamps.find(lampId)) as Lamp;
    expect(await send('PATCH', '/lamp', { price: 500 }, ada, { 'x-request-id': 'r-1' })).toBe(200);
    const [entry, ...others] = await list();
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      ...{ actor: ada, action: 'priceLamp', resource: { type: 'lamp', id: lampId }, requestId: 'r-1', more: 0 },
      changes: [
        { path: 'price', from: price, to: 500 },
        { path: 'secretToken', hidden: true },
      ],
    });
    expect(entry?.version).toBeGreaterThan(1);
  });

  it('is that of a vendor as well, and tells all of what is new', async () => {
    expect(await send('POST', '/lamp', { price: 3 }, eve)).toBe(201);
    expect(await list()).toMatchObject([{ actor: eve, action: 'makeLamp', version: 1, changes: [{ path: 'price', to: 3 }] }]);
  });

  it('leaves nothing when its transaction is undone: neither the change nor the entry', async () => {
    const before = await lamps.find(lampId);
    expect(await send('DELETE', '/lamp')).toBe(500);
    expect([await lamps.find(lampId), await list()]).toEqual([before, []]);
  });

  it('is neither done nor written when the entry cannot be', async () => {
    const before = await lamps.find(lampId);
    const collMod = (validationLevel: string) =>
      connection.db!.command({ collMod: 'auditEntries', validator: { neverThere: { $exists: true } }, validationLevel });
    await collMod('strict');
    try {
      expect(await send('PATCH', '/lamp', { price: 600 })).toBe(500);
    } finally {
      await collMod('off');
    }
    expect([await lamps.find(lampId), await list()]).toEqual([before, []]);
  });

  it('that is refused leaves nothing', async () => {
    expect(await send('PATCH', '/lamp', { price: 500 }, eve)).toBe(403);
    expect(await send('PATCH', '/lamp', { price: 'much' })).toBe(400);
    expect(await list()).toEqual([]);
  });

  it('that is only rehearsed leaves nothing', async () => {
    expect(await send('PATCH', '/lamp', { price: 501 }, ada, { prefer: 'handling=dry-run' })).toBe(200);
    expect(await list()).toEqual([]);
  });

  it('that is repeated with its key is one', async () => {
    const key = { 'idempotency-key': newId() };
    const [first, again] = [await send('POST', '/lamp', { price: 9 }, ada, key), await send('POST', '/lamp', { price: 9 }, ada, key)];
    expect([first, again, (await list()).length]).toEqual([201, 201, 1]);
  });

  it('ends with its request: what follows from its event is nobody’s', async () => {
    await send('PATCH', '/lamp', { price: 700 });
    const follows = async (): Promise<boolean> => ((await lamps.find(lampId)) as Lamp).price === 701;
    for (let waited = 0; !(await follows()) && waited < 5_000; waited += 20) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await follows()).toBe(true);
    expect(await list()).toMatchObject([{ changes: [{ path: 'price', to: 700 }, {}] }]);
  });

  it('is recorded inside the transaction of the change, or not at all', () => {
    const act = { action: 'x', actor: ada };
    const record = (): void => acting(act, () => audit.record({ type: 'lamp', id: '1' }, { after: { price: 1 } }));
    expect(record).toThrow('only recorded inside the transaction');
  });
});

it('what a buyer does is not recorded, and costs not one command', async () => {
  const sent: string[] = [];
  connection.getClient().on('commandStarted', ({ commandName, command }: { commandName: string; command: Record<string, unknown> }) => {
    if (command[commandName] === 'lamps' || command[commandName] === 'auditEntries')
      sent.push(`${commandName} ${String(command[commandName])}`);
  });
  expect(await send('POST', '/lamp/buy', undefined, ada)).toBe(201);
  expect(sent).toEqual(['find lamps', 'update lamps']);
  expect(await list()).toEqual([]);
});

it('what buyers may do as admins may is an act where an admin does it, and none where a buyer does, even one who sells', async () => {
  expect(await send('POST', '/lamp/return', undefined, eve)).toBe(201);
  expect(await list()).toEqual([]);
  expect(await send('POST', '/lamp/return', undefined, ada)).toBe(201);
  expect(await list()).toMatchObject([{ actor: ada, action: 'returnLamp' }]);
});

it('entries are forgotten after AUDIT_DAYS, if ever', async () => {
  await send('POST', '/lamp', { price: 3 });
  const entry = await entries().findOne({});
  expect((entry?.['expiresAt'] as Date).getTime() - (entry?.['at'] as Date).getTime()).toBe(2 * 86_400_000);
});

describe('the list', () => {
  const names = ['resource', 'resourceId', 'actor', 'action'] as const;
  const wishes = Array.from({ length: 16 }, (_, bits) => names.filter((_name, place) => bits & (1 << place)));

  /** Three kinds of things, two of which are most of it, by two people with three actions. */
  async function fill(): Promise<void> {
    const rows = Array.from({ length: 600 }, (_, n) => ({
      _id: new Types.ObjectId(newId()),
      at: new Date(1_700_000_000_000 + n * 1000),
      actor: { kind: 'user', id: n % 50 === 0 ? 'rare' : 'usual', roles: [] },
      action: n % 2 ? 'one' : 'other',
      resource: { type: n % 2 ? 'one-thing' : 'other-thing', id: `r${n % 100}` },
      ...{ changes: [], more: 0 },
    }));
    await entries().insertMany(rows);
  }
  const values = { resource: 'other-thing', resourceId: 'r0', actor: 'rare', action: 'other' };

  it.each(wishes.map((asked) => [asked.join(' and ') || 'everything', asked] as const))('%s begins in an index', async (_, asked) => {
    await fill();
    const wish = { ...Object.fromEntries(asked.map((name) => [name, values[name]])), at: { gte: new Date(1_700_000_100_000) } };
    const order = new ListOrder(-1, { at: 'instant', _id: 'id' });
    const place = order.placeOf({ id: newId(), at: new Date(1_700_000_500_000) });
    for (const part of [order.part({ limit: 5, skip: 0 }), order.part({ limit: 5, skip: 0, after: place })]) {
      const asking = entries().find(part.of(filterOf(wish)), { sort: part.sort, limit: part.limit });
      const explained = await asking.explain('executionStats');
      const plan = JSON.stringify(explained['queryPlanner']);
      expect({ plan, isScan: /COLLSCAN|"SORT"/.test(plan) }).toEqual({ plan, isScan: false });
      // Of one resource, or of one action, there is little else to be passed over.
      expect(explained['executionStats'].totalDocsExamined).toBeLessThanOrEqual(2 * part.limit);
    }
  });

  it('is newest first, and goes on where it stopped', async () => {
    await fill();
    const first = await log.list({ action: 'one' }, { limit: 200, skip: 0 });
    const second = await log.list({ action: 'one' }, { limit: 200, skip: 0, after: first.next });
    const times = [...first.rows, ...second.rows].map(({ at }) => at.getTime());
    expect([times.length, first.total, second.next]).toEqual([300, 300, undefined]);
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  it('is for admins, who can neither change nor remove an entry', async () => {
    await send('POST', '/lamp', { price: 3 });
    expect(await send('GET', '/admin/audit')).toBe(200);
    expect(await send('GET', '/admin/audit', undefined, eve)).toBe(403);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) expect(await send(method, '/admin/audit', {})).toBe(405);
    const [entry] = await list();
    for (const method of ['PUT', 'PATCH', 'DELETE']) expect(await send(method, `/admin/audit/${entry?.id}`, {})).toBe(404);
  });
});

import { Injectable } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { getConnectionToken } from '@nestjs/mongoose';
import { Doctor, ErasesPersonalData, PersonalData, type ErasedPerson } from '@cartwright/platform';
import { Types, type Connection } from 'mongoose';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { ForgetFarewell } from '../contract/user-commands';
import { GetFarewell } from '../contract/user-queries';
import { IdentityModule } from '../identity.module';
import { Client, password } from '../testing/client';
import { Erasures } from './erasures';

/** Stands in for the other contexts: what they still have, and how they fare. */
const parcels = { asked: [] as ErasedPerson[], fails: false, waits: undefined as Date | undefined, has: new Set<string>() };

@Injectable()
class Parcels {
  @PersonalData('parcels')
  async *all({ userId }: { userId: string }): AsyncGenerator<object> {
    if (await Promise.resolve(parcels.has.has(userId))) yield { to: userId };
  }

  @ErasesPersonalData('parcels')
  erase(person: ErasedPerson): Promise<Date | null> {
    parcels.asked.push(person);
    if (parcels.fails) return Promise.reject(new Error('no database'));
    if (parcels.waits) return Promise.resolve(parcels.waits);
    parcels.has.delete(person.userId);
    return Promise.resolve(null);
  }
}

let shop: TestApp;
let client: Client;
beforeAll(async () => {
  const config = { AUTH_RATE_LIMIT_PER_MINUTE: 0, RATE_LIMIT_PER_MINUTE: 0 };
  shop = await startTestApp({ imports: [IdentityModule], providers: [Parcels], config, delivery: { deliver: false } });
  client = new Client(shop);
});
afterAll(() => shop.stop());
beforeEach(() => Object.assign(parcels, { asked: [], fails: false, waits: undefined }));

const collection = (name: string): ReturnType<Connection['collection']> => shop.app.get<Connection>(getConnectionToken()).collection(name);
const row = (id: string): Promise<Record<string, unknown> | null> => collection('erasures').findOne({ _id: new Types.ObjectId(id) });
const round = (): Promise<void> => shop.app.get(Erasures, { strict: false }).run();
const farewell = (userId: string): Promise<unknown> => shop.app.get(QueryBus).execute(new GetFarewell({ userId }));

/** An account that was erased just now, or so many hours ago. */
async function erased(hoursAgo = 0): Promise<{ id: string; email: string; token: string }> {
  const { user, accessToken: token } = (await client.register()).body;
  parcels.has.add(user.id as string);
  await client.ask('DELETE', '/api/users/me', { token, body: { currentPassword: password } });
  await pass(user.id, hoursAgo);
  return { id: user.id, email: user.email, token };
}

/** Lets so many hours pass since an erasure, so that it is due. */
async function pass(id: string, hours: number): Promise<void> {
  const { erasedAt } = (await row(id)) as { erasedAt: Date };
  const set = { erasedAt: new Date(erasedAt.getTime() - hours * 3_600_000), nextLookAt: new Date(Date.now() - 1_000) };
  await collection('erasures').updateOne({ _id: new Types.ObjectId(id) }, { $set: set });
}

async function problemsOf(id: string): Promise<string[]> {
  for await (const { findings } of shop.app.get(Doctor).examine(['identity.erased_is_gone']))
    return findings.filter(({ record }) => record.includes(id)).map(({ problem }) => problem);
  return [];
}

test('a context that fails is asked again until it has forgotten; nobody else waits for it', async () => {
  parcels.fails = true;
  const { id } = await erased();
  await round();
  expect(await row(id)).toMatchObject({ failures: 1, waiting: [] });
  const [registered] = await collection('outbox')
    .find({ aggregate: `user:${id}` })
    .toArray();
  expect(registered?.['data']).toMatchObject({ userId: id, name: 'erased', email: 'erased' });
  await pass(id, 0);
  await round();
  expect(await row(id)).toMatchObject({ failures: 2 });
  parcels.fails = false;
  await pass(id, 0);
  await round();
  expect([(await row(id))?.['failures'], parcels.has.has(id)]).toEqual([0, false]);
});

test('two processes that go through the same erasure at once come to the same end', async () => {
  const { id } = await erased(1);
  await shop.app.get(CommandBus).execute(new ForgetFarewell({ userId: id }));
  await Promise.all([round(), round(), round()]);
  expect(await row(id)).toMatchObject({ completedAt: expect.any(Date) });
});

test('the address is known until the letter has gone, and then it is nowhere', async () => {
  const { id, email } = await erased(1);
  await round();
  expect(await farewell(id)).toEqual({ to: email, name: 'Ada Lovelace' });
  for (const _ of [1, 2]) await shop.app.get(CommandBus).execute(new ForgetFarewell({ userId: id }));
  expect(await farewell(id)).toBeNull();
  await round();
  expect(JSON.stringify(await row(id))).not.toContain(email);
  expect(JSON.stringify(await collection('outbox').find({}).toArray())).not.toContain(email);
  expect(await row(id)).toMatchObject({ completedAt: expect.any(Date) });
});

test('what has to stay for now is looked at again; what is there without a reason, a day later, is found by the doctor', async () => {
  parcels.waits = new Date(Date.now() + 3_600_000);
  const { id } = await erased();
  await round();
  expect(await row(id)).toMatchObject({ waiting: ['parcels'] });
  await pass(id, 48);
  await round();
  expect(await problemsOf(id)).toEqual([]);
  parcels.waits = undefined;
  await pass(id, 0);
  await shop.app.get(CommandBus).execute(new ForgetFarewell({ userId: id }));
  await round();
  expect([await problemsOf(id), (await row(id))?.['completedAt']]).toEqual([[], expect.any(Date)]);
  parcels.has.add(id);
  expect(await problemsOf(id)).toEqual(['is still in parcels']);
});

test('an erasure that nobody goes on with is found by the doctor', async () => {
  const { id } = await erased();
  await pass(id, 50);
  await collection('erasures').updateOne({ _id: new Types.ObjectId(id) }, { $set: { nextLookAt: new Date(Date.now() - 26 * 3_600_000) } });
  expect(await problemsOf(id)).toEqual(['nobody has gone on with it for a day', 'is still in parcels']);
});

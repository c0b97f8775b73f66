import { newId } from '@cartwright/kernel';
import { mongo } from 'mongoose';
import { GetOrderStock } from '../contract/stock-commands';
import type { Level } from '../model/level';
import type { Reservation } from '../model/reservation';
import { longAgo, Warehouse } from '../testing/warehouse';
import { AdjustStock } from './adjust-stock';
import { CreateLocation, EditLocation } from './edit-locations';
import { ServeBackorders } from './serve-backorders';
import { SetBackorder } from './set-backorder';

let house: Warehouse;
beforeAll(async () => {
  house = await Warehouse.open();
  await house.send(new CreateLocation({ code: 'east', name: 'East', priority: 10, active: false }));
});
afterAll(() => house.close());

/** Has a level say that nothing is promised at a location, whatever is. */
async function damage(sku: string, location: string): Promise<void> {
  await house.rows<Level>('stockLevel').updateOne({ sku }, { $set: { [`shelves.${location}.reserved`]: 0 } });
}

async function waitsFor(sku: string): Promise<string> {
  await house.send(new SetBackorder({ sku, rule: { limit: null } }));
  const orderId = await house.reserve([{ sku, quantity: 2 }]);
  await house.send(new AdjustStock({ sku, location: 'east', change: 2, kind: 'received', reason: 'Delivery' }));
  return orderId;
}

const backordered = async (orderId: string) => (await house.ask(new GetOrderStock({ orderId })))[0]?.backordered;
const statusOf = async (orderId: string) => (await house.rows<Reservation>('stockReservation').findOne({ orderId }).lean())?.status;

test('a SKU whose level disagrees with what is promised keeps no other from being served', async () => {
  const [wrong, right] = [await house.stock(0), await house.stock(0)];
  const [stuck, served] = [await waitsFor(wrong), await waitsFor(right)];
  await damage(wrong, 'backorder');
  await house.send(new EditLocation({ code: 'east', active: true }));
  await house.get(ServeBackorders).run();
  expect([await backordered(stuck), await backordered(served)]).toEqual([2, 0]);
});

test('a hold that cannot be given up keeps no other, however many like it are older', async () => {
  const [wrong, right] = [await house.stock(5), await house.stock(5)];
  const stuck = await house.reserve([{ sku: wrong, quantity: 2 }], newId(), longAgo);
  const given = await house.reserve([{ sku: right, quantity: 2 }], newId(), new Date(1_000));
  const reservations = house.rows<Reservation>('stockReservation').collection;
  const alike = await reservations.findOne({ 'lines.sku': wrong });
  await reservations.insertMany(
    Array.from({ length: 120 }, () => ({ ...alike, _id: undefined, orderId: new mongo.ObjectId() })),
    {
      ignoreUndefined: true,
    },
  );
  await damage(wrong, 'main');
  await house.sweep();
  expect([await statusOf(stuck), await statusOf(given)]).toEqual(['open', 'released']);
  expect(await house.level(right)).toMatchObject({ onHand: 5, reserved: 0, available: 5 });
  await house.expectToAddUp([right]);
});

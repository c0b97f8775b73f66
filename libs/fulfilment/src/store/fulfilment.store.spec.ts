import { CommandBus, QueryBus, type Command } from '@nestjs/cqrs';
import { getModelToken } from '@nestjs/mongoose';
import { newId } from '@cartwright/kernel';
import type { Model } from 'mongoose';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { CancelFulfilment, DispatchShipment, GetShipments, MarkDelivered, StartFulfilment } from '../contract/fulfilment-commands';
import { NothingToShip, NotStarted } from '../contract/refusals';
import { FulfilmentModule } from '../fulfilment.module';

let shop: TestApp;
beforeAll(async () => {
  shop = await startTestApp({ imports: [FulfilmentModule], delivery: { deliver: false } });
});
afterAll(() => shop.stop());

const send = async <T>(command: Command<T>): Promise<T> => shop.app.get(CommandBus).execute(command);
const item = newId();
const address = {
  ...{ name: 'Ada', phone: '+44 20 7946 0958', line1: '12 St James Square', city: 'London', state: 'London' },
  ...{ pincode: 'SW1Y 4JH', country: 'GB' },
};
const aStart = (orderId: string): StartFulfilment =>
  new StartFulfilment({ orderId, orderNumber: 'CW-1', lines: [{ itemId: item, sku: 'SAW', name: 'Saw', quantity: 5 }], address });
const aParcel = (orderId: string, trackingNumber: string, quantity?: number): DispatchShipment =>
  new DispatchShipment({ orderId, carrier: 'DHL', trackingNumber, ...(quantity ? { items: [{ item, quantity }] } : {}) });

async function started(): Promise<string> {
  const orderId = newId();
  await send(aStart(orderId));
  return orderId;
}
const rows = (name: string): Model<{ name: string; sequence: number }> => shop.app.get(getModelToken(name), { strict: false });

describe('fulfilment', () => {
  it('starts once, however many tell it to', async () => {
    const orderId = newId();
    await Promise.all(Array.from({ length: 5 }, () => send(aStart(orderId))));
    expect(await rows('fulfilment').countDocuments({ orderId })).toBe(1);
  });

  it('sends the same parcel once, and says so to everybody who reports it', async () => {
    const orderId = await started();
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(aParcel(orderId, 'T1', 2))));
    expect(new Set(answers.map(({ shipment }) => shipment.id)).size).toBe(1);
    expect(answers.every(({ complete }) => !complete)).toBe(true);
    expect(await send(aParcel(orderId, 'T2'))).toMatchObject({ shipment: { items: [{ item, quantity: 3 }] }, complete: true });
    expect(await send(aParcel(orderId, 'T1', 2))).toMatchObject({ shipment: { trackingNumber: 'T1' }, complete: true });
    await expect(send(aParcel(orderId, 'T3'))).rejects.toThrow(NothingToShip);
  });

  it('loses no parcel of several that leave at once', async () => {
    const orderId = await started();
    await Promise.all([1, 2, 3, 4, 5].map((parcel) => send(aParcel(orderId, `P${parcel}`, 1))));
    const shipments = await shop.app.get(QueryBus).execute(new GetShipments({ orderId }));
    expect(shipments.map(({ trackingNumber }) => trackingNumber).sort()).toEqual(['P1', 'P2', 'P3', 'P4', 'P5']);
  });

  it('records deliveries with dates, one event each, in their order', async () => {
    const orderId = await started();
    const { shipment } = await send(aParcel(orderId, 'T1', 2));
    expect(await send(new MarkDelivered({ orderId, shipmentId: shipment.id }))).toEqual({ complete: false });
    await send(aParcel(orderId, 'T2'));
    expect(await send(new MarkDelivered({ orderId }))).toEqual({ complete: true });
    expect(await send(new MarkDelivered({ orderId }))).toEqual({ complete: true });
    const found = await shop.app.get(QueryBus).execute(new GetShipments({ orderId }));
    expect(found.every(({ status, deliveredAt }) => status === 'delivered' && deliveredAt instanceof Date)).toBe(true);
    const told = await rows('outbox').find({ 'data.orderId': orderId }).sort({ sequence: 1 }).lean();
    expect(told.map(({ name, sequence }) => `${sequence} ${name}`)).toEqual([
      '1 fulfilment.shipment_dispatched.v1',
      '2 fulfilment.shipment_delivered.v1',
      '3 fulfilment.shipment_dispatched.v1',
      '4 fulfilment.shipment_delivered.v1',
    ]);
  });

  it('stays cancelled when the news of the payment comes after the cancellation', async () => {
    const orderId = newId();
    await send(new CancelFulfilment({ orderId }));
    await send(aStart(orderId));
    await expect(send(aParcel(orderId, 'T1'))).rejects.toThrow(NothingToShip);
  });

  it('ends cancelled when started and cancelled at once', async () => {
    const orderId = newId();
    await Promise.all([send(aStart(orderId)), send(new CancelFulfilment({ orderId })), send(aStart(orderId))]);
    await expect(send(aParcel(orderId, 'T1'))).rejects.toThrow(NothingToShip);
  });

  it('sends and delivers nothing of an order that it does not know', async () => {
    await expect(send(aParcel(newId(), 'T1'))).rejects.toThrow(NotStarted);
    await expect(send(new MarkDelivered({ orderId: newId() }))).rejects.toThrow(NotStarted);
    expect(await shop.app.get(QueryBus).execute(new GetShipments({ orderId: newId() }))).toEqual([]);
  });
});

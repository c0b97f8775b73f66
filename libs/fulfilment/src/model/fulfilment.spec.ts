import { newId, type Address } from '@cartwright/kernel';
import fc from 'fast-check';
import { AlreadyDispatched, MoreThanLeft, NothingToShip, ShipmentNotFound, UnknownItem } from '../contract/refusals';
import {
  cancel,
  cancelledBeforeStart,
  deliver,
  dispatch,
  fulfilmentLifecycle,
  leftOf,
  start,
  type Fulfilment,
  type FulfilmentStatus,
} from './fulfilment';

const now = new Date('2026-01-31T12:00:00Z');
const [saw, axe] = [newId(), newId()];
const address: Address = {
  ...{ name: 'Ada', phone: '+44 20 7946 0958', line1: '12 St James Square', city: 'London', state: 'London' },
  ...{ pincode: 'SW1Y 4JH', country: 'GB' },
};

function aFulfilment(changes: Partial<Fulfilment> = {}): Fulfilment {
  const lines = [
    { itemId: saw, sku: 'SAW', name: 'Saw', quantity: 3 },
    { itemId: axe, sku: 'AXE', name: 'Axe', quantity: 1 },
  ];
  return { ...start({ orderId: newId(), orderNumber: 'CW-1', lines, address }, now).next, ...changes };
}
let parcels = 0;
const aParcel = (...items: { item: string; quantity: number }[]) => ({
  carrier: 'DHL',
  trackingNumber: `T${(parcels += 1)}`,
  ...(items.length > 0 ? { items } : {}),
});

describe('sending', () => {
  it('puts everything that is left into a parcel without a list', () => {
    const { next, events } = dispatch(aFulfilment(), aParcel(), now);
    expect(next.status).toBe('dispatched');
    expect(next.shipments[0]?.items).toEqual([
      { item: saw, quantity: 3 },
      { item: axe, quantity: 1 },
    ]);
    expect(events[0]?.data).toMatchObject({ complete: true, carrier: 'DHL' });
  });

  it('stays open while something is left', () => {
    const first = dispatch(aFulfilment(), aParcel({ item: saw, quantity: 1 }, { item: saw, quantity: 1 }), now);
    expect(first.next.status).toBe('open');
    expect(first.events[0]?.data).toMatchObject({ complete: false, items: [{ item: saw, quantity: 2 }] });
    expect(leftOf(first.next)).toEqual([
      { item: saw, quantity: 1 },
      { item: axe, quantity: 1 },
    ]);
    expect(dispatch(first.next, aParcel(), now).next.status).toBe('dispatched');
  });

  it('refuses foreign items, more than is left, and empty parcels', () => {
    const half = dispatch(aFulfilment(), aParcel({ item: saw, quantity: 2 }), now).next;
    expect(() => dispatch(half, aParcel({ item: newId(), quantity: 1 }), now)).toThrow(UnknownItem);
    expect(() => dispatch(half, aParcel({ item: saw, quantity: 1 }, { item: saw, quantity: 1 }), now)).toThrow(MoreThanLeft);
    expect(() => dispatch(half, aParcel({ item: saw, quantity: 0 }), now)).toThrow(NothingToShip);
    expect(() => dispatch(dispatch(half, aParcel(), now).next, aParcel(), now)).toThrow(NothingToShip);
    expect(() => dispatch(aFulfilment({ status: 'cancelled' }), aParcel(), now)).toThrow(NothingToShip);
  });

  it('never sends more or less than was ordered, in however many parcels', () => {
    const contents = fc.array(fc.record({ item: fc.constantFrom(saw, axe), quantity: fc.integer({ min: 1, max: 3 }) }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(contents), (attempts) => {
        let current = aFulfilment();
        for (const items of attempts) {
          try {
            current = dispatch(current, aParcel(...items), now).next;
          } catch (error) {
            expect(error instanceof MoreThanLeft || error instanceof NothingToShip).toBe(true);
          }
        }
        if (current.status === 'open') current = dispatch(current, aParcel(), now).next;
        const sent = (item: string) =>
          current.shipments.flatMap((shipment) => shipment.items).reduce((all, row) => (row.item === item ? all + row.quantity : all), 0);
        expect([sent(saw), sent(axe), current.status]).toEqual([3, 1, 'dispatched']);
      }),
    );
  });
});

describe('delivering', () => {
  const half = dispatch(aFulfilment(), aParcel({ item: saw, quantity: 2 }), now).next;
  const whole = dispatch(half, aParcel(), now).next;

  it('is complete with the last parcel of the last piece', () => {
    expect(deliver(half, undefined, now)).toMatchObject({ next: { status: 'open' }, events: [{ data: { complete: false } }] });
    const [first, second] = whole.shipments.map((shipment) => shipment.id);
    const one = deliver(whole, second, now);
    expect(one).toMatchObject({ next: { status: 'dispatched' }, events: [{ data: { shipmentId: second, complete: false } }] });
    expect(one && deliver(one.next, first, now)).toMatchObject({ next: { status: 'delivered' }, events: [{ data: { complete: true } }] });
  });

  it('tells of each parcel, and of completion once, when all come at once', () => {
    const change = deliver(whole, undefined, now);
    expect(change?.events.map((event) => (event.data as { complete: boolean }).complete)).toEqual([false, true]);
    expect(change?.next.shipments.every((shipment) => shipment.deliveredAt === now)).toBe(true);
  });

  it('is known the second time, and refuses parcels that were never sent', () => {
    const done = deliver(whole, undefined, now);
    expect(done && deliver(done.next, undefined, now)).toBeNull();
    expect(() => deliver(whole, newId(), now)).toThrow(ShipmentNotFound);
    expect(() => deliver(aFulfilment(), undefined, now)).toThrow(ShipmentNotFound);
  });
});

describe('cancelling', () => {
  it('is possible until a parcel has left, and harmless the second time', () => {
    const cancelled = cancel(aFulfilment());
    expect(cancelled?.next.status).toBe('cancelled');
    expect(cancelled && cancel(cancelled.next)).toBeNull();
    expect(() => cancel(dispatch(aFulfilment(), aParcel({ item: saw, quantity: 1 }), now).next)).toThrow(AlreadyDispatched);
  });

  it('leaves nothing to send where it came before the start', () => {
    const { next } = cancelledBeforeStart(newId(), now);
    expect(() => dispatch(next, aParcel(), now)).toThrow(NothingToShip);
  });
});

describe('the lifecycle', () => {
  const moves: [FulfilmentStatus, FulfilmentStatus][] = [
    ['open', 'dispatched'],
    ['open', 'cancelled'],
    ['dispatched', 'delivered'],
  ];
  const pairs = fulfilmentLifecycle.states.flatMap((from) =>
    fulfilmentLifecycle.states.map((to): [FulfilmentStatus, FulfilmentStatus] => [from, to]),
  );

  it.each(pairs)('from %s to %s is as the table says', (from, to) => {
    expect(fulfilmentLifecycle.allows(from, to)).toBe(moves.some((move) => move[0] === from && move[1] === to));
  });

  it('reaches every state from open', () => {
    expect(fulfilmentLifecycle.reachableFrom('open').size).toBe(fulfilmentLifecycle.states.length);
  });
});

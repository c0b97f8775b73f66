import { CommandBus, QueryBus, type Command, type Query } from '@nestjs/cqrs';
import { getModelToken } from '@nestjs/mongoose';
import { newId, sum } from '@cartwright/kernel';
import { trusted, type Model } from 'mongoose';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { CountStock, ReserveStock } from '../contract/stock-commands';
import type { StockLine } from '../contract/stock-lines';
import { InventoryModule } from '../inventory.module';
import { onBackorder, totalsOf, type Level } from '../model/level';
import { fold, type Entry } from '../model/movement';
import { pieceAt, type Reservation } from '../model/reservation';
import { ExpireReservations } from '../usecases/expire-reservations';

export const inHalfAnHour = (): Date => new Date(Date.now() + 1_800_000);
export const longAgo = new Date(0);
let serial = 0;

/** The inventory on a database of its own; nothing is swept but by {@link sweep}. */
export class Warehouse {
  private constructor(private readonly server: TestApp) {}

  static async open(): Promise<Warehouse> {
    return new Warehouse(await startTestApp({ imports: [InventoryModule], delivery: { deliver: false } }));
  }

  async close(): Promise<void> {
    await this.server.stop();
  }

  async send<T>(command: Command<T>): Promise<T> {
    return this.server.app.get(CommandBus).execute(command);
  }

  async ask<T>(query: Query<T>): Promise<T> {
    return this.server.app.get(QueryBus).execute(query);
  }

  get<T>(type: abstract new (...args: never[]) => T): T {
    return this.server.app.get<T>(type, { strict: false });
  }

  rows<T>(name: string): Model<T> {
    return this.server.app.get<Model<T>>(getModelToken(name), { strict: false });
  }

  /** A SKU of its own for each test. */
  async stock(onHand: number, elsewhere: Readonly<Record<string, number>> = {}): Promise<string> {
    const sku = `SKU-${String((serial += 1)).padStart(4, '0')}`;
    const levels = Object.entries({ main: onHand, ...elsewhere }).map(([location, pieces]) => ({ sku, location, onHand: pieces }));
    await this.send(new CountStock({ levels, reason: 'Opening' }));
    return sku;
  }

  async level(sku: string): Promise<Level | null> {
    return this.rows<Level>('stockLevel').findOne({ sku }, { _id: 0 }).lean<Level>();
  }

  async reserve(lines: readonly StockLine[], orderId = newId(), expiresAt = inHalfAnHour()): Promise<string> {
    await this.send(new ReserveStock({ orderId, lines, expiresAt }));
    return orderId;
  }

  async sweep(): Promise<void> {
    await this.get(ExpireReservations).run();
  }

  /** The invariants of the domain, read straight from the collections: of all SKUs, or of these. */
  async expectToAddUp(skus?: readonly string[]): Promise<void> {
    const own = (path: string): object => (skus ? { [path]: trusted({ $in: [...skus] }) } : {});
    const levels = await this.rows<Level>('stockLevel').find(own('sku'), { _id: 0 }).lean<Level[]>();
    const entries = await this.rows<Entry>('stockMovement')
      .find(own('sku'), {}, { sort: { revision: 1 } })
      .lean<Entry[]>();
    const reservations = await this.rows<Reservation>('stockReservation').find(own('lines.sku')).lean<Reservation[]>();
    for (const { sku, onHand, reserved, available, shelves, revision } of levels) {
      const ledger = entries.filter((entry) => entry.sku === sku);
      const of = (kind: string) => ledger.filter((entry) => entry.kind === kind).reduce((all, { quantity }) => all + quantity, 0);
      const lines = reservations.flatMap(({ status, lines: all }) =>
        all.filter((line) => line.sku === sku).map((line) => ({ ...line, status })),
      );
      const owed = lines.filter(({ status }) => status !== 'released').map(({ from }) => pieceAt(from, onBackorder));
      const promised = lines.map(({ status, quantity, from }) =>
        status === 'open' ? quantity : status === 'committed' ? pieceAt(from, onBackorder) : 0,
      );
      expect({ sku, shelves }).toEqual({ sku, shelves: fold(ledger) });
      expect({ onHand, reserved, available }).toEqual(totalsOf(shelves));
      expect(ledger.map((entry) => entry.revision)).toEqual(Array.from({ length: revision }, (_, index) => index + 1));
      ledger.forEach((entry, index) => expect(entry.after).toEqual(fold(ledger.slice(0, index + 1))));
      expect(onHand + of('sold') - of('returned') - of('adjusted') + of('damaged')).toBe(of('received'));
      expect(reserved).toBe(sum(promised));
      expect(available).toBeGreaterThanOrEqual(-sum(owed));
    }
  }
}

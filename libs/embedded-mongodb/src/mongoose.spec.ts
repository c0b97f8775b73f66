import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose, { Schema, type Connection } from 'mongoose';
import { startEmbeddedMongo, type EmbeddedMongo } from './index';

interface Product {
  sku: string;
  name: string;
  price: number;
  stock: number;
  tags: string[];
}

const productSchema = new Schema<Product>({
  sku: { type: String, unique: true },
  name: String,
  price: { type: Number, index: true },
  stock: Number,
  tags: [String],
});

describe('a shop on Mongoose', () => {
  let dataDir: string;
  let server: EmbeddedMongo;
  let connection: Connection;
  const modelOn = (on: Connection) => on.model('Product', productSchema);
  let Products: ReturnType<typeof modelOn>;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'embedded-'));
    server = await startEmbeddedMongo({ dataDir, mode: 'inline', durable: false });
    connection = await mongoose.createConnection(server.uri, { dbName: 'shop' }).asPromise();
    Products = modelOn(connection);
    await Products.init();
  });

  afterAll(async () => {
    await connection.close();
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  beforeEach(async () => {
    await Products.deleteMany({});
    await Products.create([
      { sku: 'A', name: 'Anvil', price: 30, stock: 3, tags: ['iron', 'heavy'] },
      { sku: 'B', name: 'Bell', price: 10, stock: 5, tags: ['iron'] },
      { sku: 'C', name: 'Chair', price: 20, stock: 0, tags: ['wood'] },
    ]);
  });

  it('makes the indexes of a schema', async () => {
    expect(Object.keys(await Products.collection.indexInformation()).sort()).toEqual(['_id_', 'price_1', 'sku_1']);
  });

  it('finds with sort, skip, limit and projection', async () => {
    expect(await Products.find({}, { sku: 1, _id: 0 }).sort({ price: -1 }).skip(1).limit(1).lean()).toEqual([{ sku: 'C' }]);
    expect((await Products.find({ price: { $gte: 20 } }).sort('price')).map(({ sku }) => sku)).toEqual(['C', 'A']);
    expect((await Products.find({ tags: 'iron' }).sort('sku')).map(({ sku }) => sku)).toEqual(['A', 'B']);
  });

  it('changes one document and returns it', async () => {
    const changed = await Products.findOneAndUpdate({ sku: 'A', stock: { $gte: 2 } }, { $inc: { stock: -2 } }, { returnDocument: 'after' });
    expect(changed?.stock).toBe(1);
    expect(await Products.findOneAndUpdate({ sku: 'A', stock: { $gte: 2 } }, { $inc: { stock: -2 } })).toBeNull();
  });

  it('refuses a second document with the same unique key as MongoDB does', async () => {
    await expect(Products.create({ sku: 'A', name: 'Again' })).rejects.toMatchObject({
      code: 11000,
      keyPattern: { sku: 1 },
      keyValue: { sku: 'A' },
      message: 'E11000 duplicate key error collection: shop.products index: sku_1 dup key: { sku: "A" }',
    });
  });

  it('commits a transaction as a whole', async () => {
    await connection.withSession((session) =>
      session.withTransaction(async () => {
        await Products.updateOne({ sku: 'A' }, { $inc: { stock: -1 } }, { session });
        await Products.create([{ sku: 'D', name: 'Door', stock: 1 }], { session });
        expect(await Products.countDocuments({}, { session })).toBe(4);
        expect(await Products.countDocuments({})).toBe(3);
      }),
    );
    expect(await Products.countDocuments({})).toBe(4);
    expect((await Products.findOne({ sku: 'A' }))?.stock).toBe(2);
  });

  it('takes a failed transaction back', async () => {
    const failing = connection.withSession((session) =>
      session.withTransaction(async () => {
        await Products.updateOne({ sku: 'A' }, { $set: { stock: 0 } }, { session });
        throw new Error('out of money');
      }),
    );
    await expect(failing).rejects.toThrow('out of money');
    expect((await Products.findOne({ sku: 'A' }))?.stock).toBe(3);
  });

  it('lets of two transactions on one document the first go through and the second try again', async () => {
    const take = (): Promise<unknown> =>
      connection.withSession((session) =>
        session.withTransaction(async () => {
          const product = await Products.findOne({ sku: 'B' }).session(session).orFail();
          await Products.updateOne({ sku: 'B' }, { $set: { stock: product.stock - 1 } }, { session });
        }),
      );
    await Promise.all([take(), take(), take()]);
    expect((await Products.findOne({ sku: 'B' }))?.stock).toBe(2);
  });
});

import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { newId } from '@cartwright/kernel';
import { mongo, trusted, type Model } from 'mongoose';
import { Repeats } from '../messaging/timers';
import { documentSchema } from './schema';
import { Transactions } from './transactions';

/** Something large that a request brought, as it is kept in the database until somebody has worked through it. */
export interface Upload {
  readonly id: string;
  /** In bytes. */
  readonly size: number;
  /** SHA-256 of the bytes, in base64url: two uploads with the same are the same. */
  readonly digest: string;
}

/** `receiving` its parts; `received`, and nobody has taken it yet; `kept` for whoever took it; `discarded`, its parts to be removed. */
type UploadStatus = 'receiving' | 'received' | 'kept' | 'discarded';

/** Nobody has taken it. */
const free: UploadStatus[] = ['receiving', 'received'];

interface UploadRow {
  readonly _id: mongo.ObjectId;
  readonly status: UploadStatus;
  readonly createdAt: Date;
  readonly size: number;
}

interface PartRow {
  readonly _id: mongo.ObjectId;
  readonly upload: mongo.ObjectId;
  /** From 0, without gaps. */
  readonly n: number;
  readonly bytes: mongo.Binary;
}

export const uploadSchema = documentSchema('uploads', {
  status: { type: String, required: true },
  createdAt: { type: Date, required: true },
  size: { type: Number, required: true },
});
uploadSchema.index({ status: 1, createdAt: 1 });

export const uploadPartSchema = documentSchema('uploadParts', {
  upload: { type: 'ObjectId', required: true },
  n: { type: Number, required: true },
  bytes: { type: Buffer, required: true },
});
uploadPartSchema.index({ upload: 1, n: 1 }, { unique: true });

/** What is held of an upload in memory, whatever its size. */
const partSize = 256 * 1024;
/** An upload that is older and was not kept is nobody's: whoever received it has died. The longest one takes a quarter of an hour. */
const abandonedMs = 3_600_000;
const mostPerRound = 100;

/** More came than may. */
export class UploadTooLarge extends Error {
  constructor(readonly limit: number) {
    super(`More than ${limit} bytes came.`);
  }
}

/**
 * Large bodies on their way through the shop: received in parts into the database, so that no process holds one, any process can work on it, and it survives all of them.
 * Received is not kept: whoever takes an upload over says so with {@link keep}, in the transaction that needs it, and {@link release}s it in the one that is done with it.
 */
@Injectable()
export class Uploads {
  constructor(
    @InjectModel('upload') private readonly rows: Model<UploadRow>,
    @InjectModel('uploadPart') private readonly parts: Model<PartRow>,
    private readonly transactions: Transactions,
  ) {}

  /** Receives the bytes of a stream, no faster than the database takes them. Throws {@link UploadTooLarge} as soon as there are too many, and leaves nothing behind when it throws. */
  async receive(bytes: AsyncIterable<Buffer>, limit: number): Promise<Upload> {
    const id = newId();
    const _id = new mongo.ObjectId(id);
    await this.rows.collection.insertOne({ _id, status: 'receiving', createdAt: new Date(), size: 0 });
    try {
      const received = await this.receiveParts(_id, bytes, limit);
      const { matchedCount } = await this.rows.collection.updateOne(
        { _id, status: 'receiving' },
        { $set: { status: 'received', size: received.size } },
      );
      if (matchedCount === 0) throw new Error(`The upload ${id} took so long that it was given up.`);
      return { id, ...received };
    } catch (error) {
      await this.discard(id).catch(() => undefined); // the first error says why; what is left is swept
      throw error;
    }
  }

  /** Takes an upload over, in the running transaction. */
  async keep(id: string): Promise<void> {
    const { modifiedCount } = await this.rows.updateOne({ _id: id, status: 'received' }, { $set: { status: 'kept' } }, this.inSession);
    if (modifiedCount === 0) throw new Error(`There is no upload ${id} that could be kept.`);
  }

  /** Gives an upload up that was kept, in the running transaction; what it takes up is free soon after. */
  async release(id: string): Promise<void> {
    await this.rows.updateOne({ _id: id, status: 'kept' }, { $set: { status: 'discarded' } }, this.inSession);
    this.transactions.afterCommit(() => void this.discard(id).catch(() => undefined)); // what is left is swept
  }

  /** Removes an upload that nobody has kept. */
  async discardUnlessKept(id: string): Promise<void> {
    const { modifiedCount } = await this.rows.updateOne({ _id: id, status: trusted({ $in: free }) }, { $set: { status: 'discarded' } });
    if (modifiedCount === 1) await this.discard(id);
  }

  /** The bytes of an upload, part by part. */
  async *read(id: string): AsyncGenerator<Buffer, void> {
    const upload = new mongo.ObjectId(id);
    for (let n = 0; ; n += 1) {
      const part = await this.parts.collection.findOne({ upload, n });
      if (!part) return;
      yield Buffer.from((part['bytes'] as mongo.Binary).buffer);
    }
  }

  /** Removes what was given up, and what a process that died had begun to receive. */
  @Repeats('platform.sweep_uploads', 60_000)
  async sweep(): Promise<void> {
    const abandonedBefore = new Date(Date.now() - abandonedMs);
    const abandoned = { status: trusted({ $in: free }), createdAt: trusted({ $lt: abandonedBefore }) };
    await this.rows.updateMany(abandoned, { $set: { status: 'discarded' } });
    const discarded = await this.rows.find({ status: 'discarded' }, { _id: 1 }, { limit: mostPerRound }).lean();
    for (const { _id } of discarded) await this.discard(_id.toHexString());
  }

  private async receiveParts(
    upload: mongo.ObjectId,
    bytes: AsyncIterable<Buffer>,
    limit: number,
  ): Promise<Pick<Upload, 'size' | 'digest'>> {
    const hash = createHash('sha256');
    let [size, n] = [0, 0];
    for await (const part of inParts(bytes)) {
      size += part.length;
      if (size > limit) throw new UploadTooLarge(limit);
      hash.update(part);
      await this.parts.collection.insertOne({ _id: new mongo.ObjectId(), upload, n, bytes: new mongo.Binary(part) });
      n += 1;
    }
    return { size, digest: hash.digest('base64url') };
  }

  private async discard(id: string): Promise<void> {
    await this.parts.deleteMany({ upload: id });
    await this.rows.deleteOne({ _id: id });
  }

  private get inSession(): { session?: mongo.ClientSession } {
    const { session } = this.transactions;
    return session ? { session } : {};
  }
}

/** The same bytes in parts of one size, the last one smaller. */
async function* inParts(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let [held, length]: [Buffer[], number] = [[], 0];
  for await (const chunk of bytes) {
    held.push(chunk);
    length += chunk.length;
    if (length < partSize) continue;
    const all = Buffer.concat(held, length);
    const whole = length - (length % partSize);
    for (let start = 0; start < whole; start += partSize) yield all.subarray(start, start + partSize);
    [held, length] = length > whole ? [[all.subarray(whole)], length - whole] : [[], 0];
  }
  if (length > 0) yield Buffer.concat(held, length);
}

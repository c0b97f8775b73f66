import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { aggregateSchema, DocumentStore, fromStored, ListOrder, part, StoreContext, type Listed, type Slice } from '@cartwright/platform';
import { Schema, trusted, type Model } from 'mongoose';
import type { ImportCounts, RefusedLine } from '../contract/import-catalog';
import { mostRefusals, type CatalogueImport, type ImportFailure, type ImportStatus } from '../model/catalogue-import';

const text = { type: String, required: true };
const number = { type: Number, required: true };
const { ObjectId } = Schema.Types;

export const importSchema = aggregateSchema('imports', {
  status: text,
  format: text,
  upload: { type: ObjectId, required: true },
  size: number,
  by: { type: ObjectId, required: true },
  vendorId: ObjectId,
  defaultStock: number,
  setStock: { type: Boolean, required: true },
  read: number,
  line: number,
  processed: number,
  created: number,
  updated: number,
  refused: number,
  refusals: { type: [part({ line: number, externalId: String, code: text, message: text })], required: true },
  holder: String,
  attempts: number,
  startedAt: Date,
  finishedAt: Date,
  failure: part({ code: text, message: text }),
});
importSchema.index({ createdAt: -1, _id: -1 });
importSchema.index({ status: 1, createdAt: -1, _id: -1 });
// What came of a file is told for a month.
importSchema.index({ finishedAt: 1 }, { expireAfterSeconds: 30 * 24 * 3600 });

const newestFirst = new ListOrder(-1, { createdAt: 'instant', _id: 'id' });
/** What changes while it runs; the audit log is told what came of it. */
const counted = ['read', 'line', 'processed', 'created', 'updated', 'refused', 'refusals', 'attempts'];
const unfinished: ImportStatus[] = ['waiting', 'running'];

/** What is added to an import when it gets on. */
export interface ImportAdvance extends Omit<ImportCounts, 'processed' | 'refused'> {
  readonly through: number;
  readonly bytes: number;
  readonly errors: readonly RefusedLine[];
}

/** Another process has taken the import over; this one must leave it alone. */
export class TakenOver extends Error {}

@Injectable()
export class ImportStore extends DocumentStore<CatalogueImport> {
  constructor(@InjectModel('import') model: Model<CatalogueImport>, context: StoreContext) {
    super(model, context, 'import', { unrecorded: ['status', 'upload', 'by', ...counted] });
  }

  /** Newest first, without what was refused of each. */
  async list({ status }: { readonly status?: ImportStatus }, slice: Slice): Promise<Listed<Omit<CatalogueImport, 'refusals'>>> {
    const where = status ? { status } : {};
    return this.listed(where, newestFirst, slice, { projection: { refusals: 0 } });
  }

  async countUnfinished(): Promise<number> {
    return this.count({ status: trusted({ $in: unfinished }) });
  }

  /** Takes up the oldest that is not finished, whoever had it before; they come one after the other, as files of one catalogue mean to. */
  async takeUp(holder: string, now: Date): Promise<CatalogueImport | null> {
    const taken: unknown = await this.model
      .findOneAndUpdate(
        { status: trusted({ $in: unfinished }) },
        { $set: { status: 'running', holder, updatedAt: now }, $min: { startedAt: now }, $inc: { attempts: 1, version: 1 } },
        { sort: { createdAt: 1, _id: 1 }, returnDocument: 'after' },
      )
      .lean();
    return fromStored(taken) as CatalogueImport | null;
  }

  /** Adds what came of some more lines. Throws {@link TakenOver} when somebody else works on it by now. */
  async advance({ id, holder }: CatalogueImport, { through, bytes, created, updated, errors }: ImportAdvance): Promise<void> {
    const refused = errors.length;
    await this.change(id, holder, {
      $set: { line: through, read: bytes, attempts: 0, updatedAt: new Date() },
      $inc: { processed: created + updated + refused, created, updated, refused, version: 1 },
      ...(refused > 0 && { $push: { refusals: { $each: [...errors], $slice: mostRefusals } } }),
    });
  }

  /** It has come to its end. Throws {@link TakenOver} likewise. */
  async finish({ id, holder }: CatalogueImport, failure: ImportFailure | undefined): Promise<void> {
    const now = new Date();
    const status: ImportStatus = failure ? 'failed' : 'done';
    const end = { status, finishedAt: now, updatedAt: now, ...(failure && { failure }) };
    await this.change(id, holder, { $set: end, $unset: { holder: 1 }, $inc: { version: 1 } });
  }

  private async change(id: string, holder: string | undefined, update: object): Promise<void> {
    const { matchedCount } = await this.model.updateOne({ _id: id, status: 'running', holder }, update).session(this.session);
    if (matchedCount === 0) throw new TakenOver(`Somebody else works on the import ${id} by now.`);
  }
}

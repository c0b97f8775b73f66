import type { Document } from 'bson';
import { accounts, database, type Piece } from './pieces';
import type { Random } from './random';
import type { Effect, Known, Step, StepSource } from './step';

const most = 120;
const letters = 'abcdefghijklmnopqrstuvwxyz';

/** What one writer does to its own pieces, and to the accounts that all share. */
export class PieceSteps implements StepSource {
  private made = 0;

  constructor(
    private readonly writer: number,
    private readonly random: Random,
    /** Sent with retryable writes and transactions. */
    private readonly lsid: Document,
    private txnNumber = 0n,
  ) {}

  next(known: Known): Step {
    const pieces = (known.in(database, 'pieces') as Piece[]).filter(({ expiresAt }) => !expiresAt);
    if (pieces.length < 5) return this.insert();
    if (pieces.length > most) return this.removeMany(pieces);
    const kinds = [
      () => this.insert(),
      () => this.adjust(pieces),
      () => this.adjustMany(pieces),
      () => this.remove(pieces),
      () => this.findAndModify(pieces),
      () => this.clash(pieces),
      () => this.transfer(pieces),
      () => this.transfer(pieces),
    ];
    return this.random.pick(kinds)();
  }

  private insert(): Step {
    const pieces = Array.from({ length: 1 + this.random.below(5) }, () => this.newPiece());
    const command = { insert: 'pieces', documents: pieces, ordered: this.random.chance(0.5) };
    return this.write('insert', command, pieces.map(put));
  }

  private adjust(pieces: readonly Piece[]): Step {
    const changes = this.random.some(pieces, 1 + this.random.below(3)).map((piece) => ({ piece, ...this.change(piece) }));
    const updates = changes.map(({ piece, update }) => ({ q: { _id: piece._id }, u: update }));
    return this.write(
      'update',
      { update: 'pieces', updates },
      changes.map(({ changed }) => put(changed)),
    );
  }

  private adjustMany(pieces: readonly Piece[]): Step {
    const limit = this.random.below(30);
    const updates = [
      { q: { writer: this.writer, rank: { $lt: limit }, expiresAt: { $exists: false } }, u: { $inc: { counter: 1 } }, multi: true },
    ];
    const changed = pieces.filter(({ rank }) => rank < limit).map((piece) => ({ ...piece, counter: piece.counter + 1 }));
    return this.plain('update many', { update: 'pieces', updates }, changed.map(put));
  }

  private remove(pieces: readonly Piece[]): Step {
    const piece = this.random.pick(pieces);
    return this.write('delete', { delete: 'pieces', deletes: [{ q: { _id: piece._id }, limit: 1 }] }, [gone(piece)]);
  }

  private removeMany(pieces: readonly Piece[]): Step {
    const deletes = [{ q: { writer: this.writer, rank: { $gte: 40 }, expiresAt: { $exists: false } }, limit: 0 }];
    return this.plain('delete many', { delete: 'pieces', deletes }, pieces.filter(({ rank }) => rank >= 40).map(gone));
  }

  private findAndModify(pieces: readonly Piece[]): Step {
    const wantsNew = this.random.chance(0.5);
    if (this.random.chance(0.3)) {
      const { _id, ...fields } = this.newPiece();
      const command = { findAndModify: 'pieces', query: { _id }, update: { $set: fields }, upsert: true, new: wantsNew };
      return this.write('upsert', command, [put({ _id, ...fields })]);
    }
    const piece = this.random.pick(pieces);
    const { update, changed } = this.change(piece);
    return this.write('findAndModify', { findAndModify: 'pieces', query: { _id: piece._id }, update, new: wantsNew }, [put(changed)]);
  }

  /** An ordered insert whose second document breaks a unique index: the first stays, the third is not tried. */
  private clash(pieces: readonly Piece[]): Step {
    const [first, second, third] = [this.newPiece(), this.newPiece(), this.newPiece()];
    const { code, aliases } = this.random.pick(pieces);
    const clashing = this.random.chance(0.5) ? { ...second, code } : { ...second, aliases: [...second.aliases, aliases[0]] };
    return { ...this.write('clash', { insert: 'pieces', documents: [first, clashing, third] }, [put(first)]), fails: 11000 };
  }

  /** Moves money between accounts, writes it down, and touches two pieces, in one transaction. */
  private transfer(pieces: readonly Piece[]): Step {
    const [from, to] = this.random.some(accounts, 2) as [string, string];
    const amount = 1 + this.random.below(9);
    const entry = { _id: this.newId(), writer: this.writer, from, to, amount };
    const [touched, removed] = this.random.some(pieces, 2) as [Piece, Piece];
    const { update, changed } = this.change(touched);
    const transaction = { lsid: this.lsid, txnNumber: ++this.txnNumber, autocommit: false };
    const move = (_id: string, by: number): Document => ({ q: { _id }, u: { $inc: { balance: by } } });
    // In any order: a conflict at the first statement waits in the server, at a later one it comes back.
    const [first, ...others] = this.random.some<Document>(
      [
        { update: 'accounts', updates: [move(from, -amount), move(to, amount)], ...transaction },
        { insert: 'journal', documents: [entry], ...transaction },
        { update: 'pieces', updates: [{ q: { _id: touched._id }, u: update }], ...transaction },
        { delete: 'pieces', deletes: [{ q: { _id: removed._id }, limit: 1 }], ...transaction },
      ],
      4,
    );
    const commit = { commitTransaction: 1, ...transaction, $db: 'admin' };
    const journal: Effect = { place: { database, collection: 'journal', id: entry._id }, after: entry };
    const effects = [journal, put(changed), gone(removed)];
    const commands = [{ ...first, startTransaction: true }, ...others, commit];
    return { name: 'transaction', database, commands, effects, again: 'commit', whole: true };
  }

  private write(name: string, command: Document, effects: readonly Effect[]): Step {
    const retryable = { ...command, lsid: this.lsid, txnNumber: ++this.txnNumber };
    return { name, database, commands: [retryable], effects, again: 'write', whole: false };
  }

  private plain(name: string, command: Document, effects: readonly Effect[]): Step {
    return { name, database, commands: [command], effects, again: 'no', whole: false };
  }

  private newId(): string {
    return `${this.writer}-${this.txnNumber}-${this.made++}`;
  }

  private newPiece(): Piece {
    const { random } = this;
    const _id = this.newId();
    const rank = random.below(100);
    return {
      _id,
      writer: this.writer,
      round: random.below(50),
      code: `code ${_id}`,
      ...(random.chance(0.5) && { nick: `nick ${_id}` }),
      rank,
      tags: this.tags(),
      // An empty array is a key of its own, which a unique index gives to one document only.
      aliases: Array.from({ length: 1 + random.below(3) }, (_, number) => `alias ${_id} ${number}`),
      counter: 0,
      note: this.note(),
      ...(random.chance(0.05) && { expiresAt: new Date(Date.now() - random.below(5000)) }),
    };
  }

  private tags(): string[] {
    return this.random.some([...letters], this.random.below(6));
  }

  /** Mostly short; sometimes it needs pages of its own. */
  private note(): string {
    const length = this.random.chance(0.05) ? this.random.below(40_000) : this.random.below(800);
    return this.random.pick([...letters]).repeat(length);
  }

  /** One of the changes that touch different indexes, as a command says it and as it comes out. */
  private change(piece: Piece): { update: Document; changed: Piece } {
    const { random } = this;
    const tag = random.pick([...letters]);
    const fresh = this.newPiece();
    const { nick, ...unnamed } = piece;
    const changes: (() => { update: Document; changed: Document })[] = [
      () => ({ update: { $inc: { counter: 1 } }, changed: { ...piece, counter: piece.counter + 1 } }),
      () => ({ update: { $push: { tags: tag } }, changed: { ...piece, tags: [...piece.tags, tag] } }),
      () => ({ update: { $pull: { tags: tag } }, changed: { ...piece, tags: piece.tags.filter((other) => other !== tag) } }),
      () => ({ update: { $set: { rank: fresh.rank, round: fresh.round } }, changed: { ...piece, rank: fresh.rank, round: fresh.round } }),
      () => ({ update: { $set: { code: fresh.code, note: fresh.note } }, changed: { ...piece, code: fresh.code, note: fresh.note } }),
      () => ({ update: { $set: { aliases: fresh.aliases } }, changed: { ...piece, aliases: fresh.aliases } }),
      () =>
        nick === undefined
          ? { update: { $set: { nick: `nick ${fresh._id}` } }, changed: { ...piece, nick: `nick ${fresh._id}` } }
          : { update: { $unset: { nick: 1 } }, changed: unnamed },
    ];
    return random.pick(changes)() as { update: Document; changed: Piece };
  }
}

function put(piece: Piece): Effect {
  return { place: { database, collection: 'pieces', id: piece._id }, after: piece };
}

function gone({ _id }: Piece): Effect {
  return { place: { database, collection: 'pieces', id: _id } };
}

import { isDeepStrictEqual } from 'node:util';
import type { Document } from 'bson';
import type { RawConnection } from '../raw-connection';
import { observe, readAll, Violation } from './observe';
import { accounts, database, isIndexed, pieceIndexes, startBalance } from './pieces';
import type { Writer } from './writer';

/** Compares all that the database holds with what the writers know to be there. Errors: `Violation`. */
export async function verify(connection: RawConnection, writers: readonly Writer[]): Promise<void> {
  const pieces = await verifyDocuments(connection, writers, 'pieces');
  await verifyDocuments(connection, writers, 'journal');
  await verifyBalances(connection);
  await verifyIndexes(connection, pieces);
  for (const [number, { known }] of writers.entries()) {
    const place = { database: `catalogue-${number}`, id: 'state' };
    const [found, expected] = [await observe(connection, place), known.get(place) ?? {}];
    if (!isDeepStrictEqual(found, expected))
      throw new Violation(`${place.database} holds ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
  }
}

/** Nothing is missing, nothing is changed, nothing is there that nobody wrote. What has expired may be gone. */
async function verifyDocuments(connection: RawConnection, writers: readonly Writer[], collection: string): Promise<Document[]> {
  const found = await readAll(connection, database, { find: collection });
  const byId = new Map(found.map((document) => [document['_id'] as string, document]));
  if (byId.size !== found.length) throw new Violation(`${collection} gives a document twice`);
  for (const { known } of writers) {
    for (const expected of known.in(database, collection)) {
      const id = expected['_id'] as string;
      const there = byId.get(id);
      byId.delete(id);
      if (there === undefined && expected['expiresAt']) known.apply({ place: { database, collection, id } });
      else if (!isDeepStrictEqual(there, expected))
        throw new Violation(`${collection} ${id} is ${there ? `different: ${JSON.stringify(there)}` : 'lost'}`);
    }
  }
  if (byId.size > 0) throw new Violation(`${collection} holds what was never acknowledged: ${[...byId.keys()].join(', ')}`);
  return found;
}

/** Each transfer changes two balances and is written down, in one transaction. */
async function verifyBalances(connection: RawConnection): Promise<void> {
  const expected = new Map(accounts.map((account) => [account, startBalance]));
  const move = (account: string, by: number): void => void expected.set(account, expected.get(account)! + by);
  for (const { from, to, amount } of (await readAll(connection, database, { find: 'journal' })) as {
    from: string;
    to: string;
    amount: number;
  }[]) {
    move(from, -amount);
    move(to, amount);
  }
  const found = await readAll(connection, database, { find: 'accounts' });
  const balances = new Map(found.map(({ _id, balance }) => [_id as string, balance as number]));
  if (!isDeepStrictEqual(balances, expected)) throw new Violation(`the accounts do not agree with the journal: half a transaction`);
}

async function verifyIndexes(connection: RawConnection, pieces: readonly Document[]): Promise<void> {
  for (const index of pieceIndexes) {
    const find = { find: 'pieces', filter: index.partialFilterExpression ?? {}, hint: index.name };
    const found = new Set((await readAll(connection, database, find)).map(({ _id }) => _id as string));
    const expected = pieces.filter((piece) => isIndexed(piece, index));
    const missing = expected.filter(({ _id, expiresAt }) => !found.delete(_id as string) && !expiresAt);
    if (missing.length + found.size > 0)
      throw new Violation(`index ${index.name} lacks ${missing.length} of ${expected.length} pieces and has ${found.size} too many`);
  }
}

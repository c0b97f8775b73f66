import { Binary } from 'bson';
import type { RawConnection } from '../raw-connection';
import { CatalogueSteps } from './catalogue-steps';
import { demand } from './observe';
import { PieceSteps } from './piece-steps';
import { database, setUp } from './pieces';
import { Random } from './random';
import { Writer } from './writer';

/** How many work on documents, and how many on collections and indexes. */
const ofPieces = 6;
const ofCatalogues = 2;

/** The clients that write at the same time; those of a later generation go on in the sessions of the one before. The first ones in the list change catalogues, each in the database of its number. */
export function makeWriters(seed: number, generation = 0): Writer[] {
  const catalogues = Array.from({ length: ofCatalogues }, (_, number) => new CatalogueSteps(number, new Random(seed + number)));
  const pieces = Array.from({ length: ofPieces }, (_, number) => {
    const lsid = { id: new Binary(Buffer.alloc(16, number + 1), Binary.SUBTYPE_UUID) };
    return new PieceSteps(number, new Random(seed + 1000 + number), lsid, BigInt(generation) * 1_000_000n);
  });
  return [...catalogues, ...pieces].map((source) => new Writer(source));
}

/** Makes the collections that writers expect, as far as they are not there. */
export async function prepare(connection: RawConnection): Promise<void> {
  for (const command of setUp) await demand(connection, database, command);
}

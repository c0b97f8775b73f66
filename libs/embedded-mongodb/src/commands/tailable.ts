import { fail } from '../errors';
import { CappedTail } from '../execution/capped-tail';
import { defaultFirstBatch, type TailCursor } from '../execution/cursors';
import { acceptance, findNothing, type Query } from '../execution/find-documents';
import { CursorReply } from '../protocol/reply';
import type { Collection } from '../storage/collection';
import { countOption, isTrue, type CommandContext } from './command';
import { shapeOf } from './find-output';
import { sendBatch } from './tail';

/** Whether a find asks for a cursor that stays open. Errors: 2, 9 and 72 for options that do not go together. */
export function isTailable({ body, transaction }: CommandContext, { sort }: Query): boolean {
  const tailable = isTrue(body['tailable']);
  if (isTrue(body['awaitData']) && !tailable) throw fail('FailedToParse', "Cannot set 'awaitData' without also setting 'tailable'");
  if (!tailable) return false;
  if (isTrue(body['singleBatch'])) throw fail('FailedToParse', "Cannot use tailable option with the 'singleBatch' option");
  const [by, ...more] = Object.entries(sort ?? {});
  if (more.length > 0 || (by && (by[0] !== '$natural' || Number(by[1]) !== 1)))
    throw fail('BadValue', 'cannot use tailable option with a sort other than {$natural: 1}');
  if (transaction) throw fail('InvalidOptions', 'It is illegal to open a tailable cursor in a transaction');
  return true;
}

/** Opens a tailable cursor. As in MongoDB there is none on a collection that is empty. Errors: 2 for one that is not capped, those of the filter. */
export async function openTailable(
  context: CommandContext,
  name: string,
  { collection, query }: { collection: Collection | undefined; query: Query },
): Promise<CursorReply> {
  const { engine, database, body, session } = context;
  const namespace = `${database}.${name}`;
  findNothing(query);
  if (collection && !collection.cap)
    throw fail('BadValue', `error processing query: ns=${namespace} tailable cursor requested on non capped collection`);
  const [oldest] = collection ? engine.current.recordsBehind(collection, 0) : [];
  if (!collection || !oldest) return new CursorReply({ field: 'firstBatch', id: 0n, namespace, documents: [] });
  const batchSize = countOption(body, 'batchSize') ?? defaultFirstBatch;
  const tail = new CappedTail({
    view: engine.current,
    collection,
    oplog: engine.oplog,
    accepts: acceptance(query),
    shape: shapeOf(context, collection, query),
    skip: query.skip ?? 0,
    limit: query.limit || Infinity,
    awaitsData: isTrue(body['awaitData']),
  });
  const cursor = engine.cursors.add<TailCursor>({ tail, namespace, session, batchSize });
  return sendBatch(context, cursor, { field: 'firstBatch', size: batchSize, patience: 0 });
}

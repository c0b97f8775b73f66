import type { TailCursor } from '../execution/cursors';
import { CursorReply } from '../protocol/reply';
import { MongoError } from '../errors';
import { countOption, toNumber, type CommandContext } from './command';

/** How long a getMore waits that does not say. */
const defaultPatience = 1000;

/** Goes on with a cursor that has no end, waiting for what happens next. */
export function readOn(context: CommandContext, cursor: TailCursor): Promise<CursorReply> {
  const { body } = context;
  const patience = toNumber(body['maxTimeMS']) || defaultPatience;
  return sendBatch(context, cursor, { field: 'nextBatch', size: countOption(body, 'batchSize') || Infinity, patience });
}

interface Asked {
  readonly field: 'firstBatch' | 'nextBatch';
  readonly size: number;
  readonly patience: number;
}

/** Answers with the next batch of such a cursor. One that fails is gone, and so is one that has come to its end after all. */
export async function sendBatch(
  { engine, connection }: CommandContext,
  { id, namespace, tail }: TailCursor,
  asked: Asked,
): Promise<CursorReply> {
  try {
    const { documents, exhausted, resumeToken } = await tail.more({ ...asked, gone: connection.gone });
    if (exhausted) engine.cursors.kill(id);
    return new CursorReply({
      field: asked.field,
      id: exhausted ? 0n : id,
      namespace,
      documents,
      postBatchResumeToken: resumeToken,
    });
  } catch (error) {
    // One that is only being read by somebody else can go on.
    if (!(error instanceof MongoError && error.codeName === 'CursorInUse')) engine.cursors.kill(id);
    throw error;
  }
}

import { Readable } from 'node:stream';
import { Logger, StreamableFile } from '@nestjs/common';

const logger = new Logger('http');

/**
 * An answer that is sent while it is made: no faster than the caller takes it, and no further when the caller has gone. What fails on the way is logged, and breaks the connection off, so
 * that nobody takes a part for the whole.
 */
export function download(chunks: AsyncIterable<string>, { type, name }: { readonly type: string; readonly name: string }): StreamableFile {
  const stream = Readable.from(told(chunks, name), { objectMode: false });
  return new StreamableFile(stream, { type: `${type}; charset=utf-8`, disposition: `attachment; filename="${name}"` });
}

async function* told(chunks: AsyncIterable<string>, name: string): AsyncGenerator<string, void> {
  try {
    yield* chunks;
  } catch (error) {
    logger.error(`Sending ${name} broke off.`, error);
    throw error;
  }
}

import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UnreadableImport } from '../contract/refusals';

/** A line of a file, or why it cannot be read. `bytes` is how much of the source had been read by then. */
export interface Line {
  readonly number: number;
  readonly text?: string;
  readonly unreadable?: 'line_too_long' | 'malformed_utf8';
  readonly bytes: number;
}

/** The longest line that is taken, in bytes; real ones have up to 19,000. What is longer is skipped without being held in memory. */
export const longestLine = 1024 * 1024;

const newline = 0x0a;
const gzipMagic = [0x1f, 0x8b];

/**
 * The lines of a file or of a stream of bytes, gzip'd (told by its first two bytes) or not. Nothing follows the last line break. Refuses what unpacks to more than `most` bytes: a few
 * can be packed that take hours.
 */
export async function* linesOf(source: { readonly path: string } | { readonly stream: Readable }, most = Infinity): AsyncGenerator<Line> {
  const packed = 'path' in source ? createReadStream(source.path) : source.stream;
  const counter = { bytes: 0 };
  try {
    yield* cut(upTo(most, await unpacked(counted(packed, counter))), counter);
  } catch (error) {
    throw asRefusal(error);
  } finally {
    packed.destroy();
  }
}

async function* counted(packed: Readable, counter: { bytes: number }): AsyncGenerator<Buffer, void> {
  for await (const chunk of packed as AsyncIterable<Buffer>) {
    counter.bytes += chunk.length;
    yield chunk;
  }
}

async function* upTo(most: number, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let left = most;
  for await (const chunk of chunks) {
    left -= chunk.length;
    if (left < 0) throw new UnreadableImport({ reason: `it unpacks to more than ${most} bytes.` });
    yield chunk;
  }
}

/** Looks at the first two bytes and lets them through again. */
async function unpacked(chunks: AsyncGenerator<Buffer, void>): Promise<AsyncIterable<Buffer>> {
  let head = Buffer.alloc(0);
  while (head.length < gzipMagic.length) {
    const next = await chunks.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  const all = async function* (): AsyncGenerator<Buffer, void> {
    if (head.length > 0) yield head;
    yield* chunks;
  };
  if (!gzipMagic.every((byte, index) => head[index] === byte)) return all();
  // Errors of either end arrive at the reader of the lines.
  return pipeline(Readable.from(all(), { objectMode: false }), createGunzip(), () => undefined);
}

async function* cut(chunks: AsyncIterable<Buffer>, counter: { readonly bytes: number }): AsyncGenerator<Line> {
  let number = 0;
  let length = 0;
  let parts: Buffer[] = [];
  const take = (part: Buffer): void => {
    length += part.length;
    if (length <= longestLine) parts.push(part);
    else parts = [];
  };
  const finish = (): Line => {
    const line = length > longestLine ? { unreadable: 'line_too_long' as const } : decoded(Buffer.concat(parts), number === 0);
    number += 1;
    length = 0;
    parts = [];
    return { number, bytes: counter.bytes, ...line };
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      take(chunk.subarray(start, end));
      start = end + 1;
      yield finish();
    }
    if (start < chunk.length) take(chunk.subarray(start));
  }
  if (length > 0) yield finish();
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decoded(bytes: Buffer, first: boolean): Pick<Line, 'text' | 'unreadable'> {
  try {
    const text = utf8.decode(bytes);
    return { text: first && text.startsWith('\ufeff') ? text.slice(1) : text };
  } catch {
    return { unreadable: 'malformed_utf8' };
  }
}

function asRefusal(error: unknown): unknown {
  const { code } = error as { code?: unknown };
  const known = typeof code === 'string' && /^(ENOENT|EACCES|EISDIR|ENOTDIR|Z_\w+_ERROR)$/.test(code);
  return known ? new UnreadableImport({ reason: `${(error as Error).message}.` }) : error;
}

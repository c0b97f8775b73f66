import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { linesOf, longestLine, type Line } from './lines';

async function read(...chunks: Buffer[]): Promise<Omit<Line, 'bytes'>[]> {
  const lines: Omit<Line, 'bytes'>[] = [];
  for await (const { bytes: _, ...line } of linesOf({ stream: Readable.from(chunks, { objectMode: false }) })) lines.push(line);
  return lines;
}

test('lines come with their numbers, however the bytes are cut', async () => {
  const bytes = Buffer.from('{"a":"é"}\n\n{"b":2}\nlast');
  const expected = [
    { number: 1, text: '{"a":"é"}' },
    { number: 2, text: '' },
    { number: 3, text: '{"b":2}' },
    { number: 4, text: 'last' },
  ];
  expect(await read(bytes)).toEqual(expected);
  expect(await read(...[...bytes].map((byte) => Buffer.from([byte])))).toEqual(expected);
});

test('gzip is told by its first bytes', async () => {
  const packed = gzipSync('one\ntwo\n');
  expect(await read(packed)).toEqual([
    { number: 1, text: 'one' },
    { number: 2, text: 'two' },
  ]);
});

test('an empty file has no lines, and a byte order mark is not part of the first', async () => {
  expect(await read()).toEqual([]);
  expect(await read(Buffer.from('\ufeffone'))).toEqual([{ number: 1, text: 'one' }]);
});

test('a line that is too long or not UTF-8 says so, and the next one is read all the same', async () => {
  const lines = await read(Buffer.alloc(longestLine + 1, 'x'), Buffer.from('x\n'), Buffer.from([0xc3, 0x28, 0x0a]), Buffer.from('good\n'));
  expect(lines).toEqual([
    { number: 1, unreadable: 'line_too_long' },
    { number: 2, unreadable: 'malformed_utf8' },
    { number: 3, text: 'good' },
  ]);
});

test('a file that is not there and a broken gzip are refused in words', async () => {
  await expect(linesOf({ path: '/no/such/file' }).next()).rejects.toMatchObject({ code: 'catalog.unreadable_import' });
  const broken = gzipSync('x'.repeat(100_000)).subarray(0, 60);
  await expect(read(broken)).rejects.toMatchObject({ code: 'catalog.unreadable_import' });
});

test('what unpacks to more than it may is read so far, and refused then', async () => {
  const packed = gzipSync(`first\n${`${'x'.repeat(999)}\n`.repeat(1000)}`);
  const lines = linesOf({ stream: Readable.from([packed], { objectMode: false }) }, 300_000);
  expect((await lines.next()).value).toMatchObject({ number: 1, text: 'first' });
  let last = 1;
  const rest = async (): Promise<void> => {
    for await (const line of lines) last = line.number;
  };
  await expect(rest()).rejects.toMatchObject({ code: 'catalog.unreadable_import', message: expect.stringMatching(/300000 bytes/) });
  expect(last).toBeGreaterThan(200);
  expect(last).toBeLessThan(300);
});

import type { Readable } from 'node:stream';
import { linesOf, type Line } from '../gateways/lines';
import type { ImportFormat } from '../model/catalogue-import';
import { LineRefused, readLine } from '../model/import-line';
import type { Candidate } from './import-run';

type Source = { readonly path: string } | { readonly stream: Readable };

/** The products of a file, one by one. */
export function productsOf(format: ImportFormat, source: Source): AsyncIterable<Candidate> {
  switch (format) {
    case 'ndjson':
      return productsOfLines(linesOf(source));
  }
}

async function* productsOfLines(lines: AsyncIterable<Line>): AsyncGenerator<Candidate> {
  for await (const line of lines) yield { line: line.number, through: line.number, bytes: line.bytes, ...productOf(line) };
}

function productOf({
  text,
  unreadable,
}: Line): Pick<Extract<Candidate, { product: unknown }>, 'product'> | Pick<Extract<Candidate, { refused: unknown }>, 'refused'> {
  try {
    if (unreadable === 'line_too_long') throw new LineRefused(unreadable, 'The line is longer than 1 MiB.');
    if (unreadable !== undefined || text === undefined) throw new LineRefused('malformed_utf8', 'The line is not UTF-8.');
    return { product: readLine(text) };
  } catch (error) {
    if (!(error instanceof LineRefused)) throw error;
    return { refused: { externalId: error.externalId, code: error.code, message: error.message } };
  }
}

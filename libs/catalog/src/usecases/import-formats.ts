import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { ImportFormat } from '../contract/import-catalog';
import { UnreadableImport } from '../contract/refusals';
import { linesOf, type Line } from '../gateways/lines';
import { rowsOf, type Row } from '../gateways/rows';
import { cellsOf, headerProblem, lineOfRows, type Cells } from '../model/csv-line';
import { LineRefused, readLine } from '../model/import-line';
import type { Candidate } from './import-run';

type Source = { readonly path: string } | { readonly stream: Readable };
type Taken = Pick<Extract<Candidate, { product: unknown }>, 'product'> | Pick<Extract<Candidate, { refused: unknown }>, 'refused'>;

/** The products of a file, one by one; it may unpack to so many bytes. */
export function productsOf(format: ImportFormat, source: Source, mostBytes?: number): AsyncIterable<Candidate> {
  switch (format) {
    case 'ndjson':
      return productsOfLines(linesOf(source, mostBytes));
    case 'csv':
      return new CsvProducts().of(rowsOf(linesOf(source, mostBytes)));
  }
}

const unreadable = {
  line_too_long: 'The line is longer than 1 MiB.',
  malformed_utf8: 'The line is not UTF-8.',
  malformed_csv: 'A cell has a quote where none may be, or a quote that is not closed.',
};

async function* productsOfLines(lines: AsyncIterable<Line>): AsyncGenerator<Candidate> {
  for await (const line of lines) {
    yield { line: line.number, through: line.number, bytes: line.bytes, ...taken(() => readLine(readable(line).text ?? '')) };
  }
}

function readable<T extends Pick<Row, 'unreadable'>>(part: T): T {
  if (part.unreadable) throw new LineRefused(part.unreadable, unreadable[part.unreadable]);
  return part;
}

function taken(read: () => Extract<Taken, { product: unknown }>['product'], externalId?: string): Taken {
  try {
    return { product: read() };
  } catch (error) {
    if (!(error instanceof LineRefused)) throw error;
    return { refused: { externalId: error.externalId ?? externalId, code: error.code, message: error.message } };
  }
}

/** The rows of one product, so far. */
interface Group {
  readonly line: number;
  readonly externalId: string;
  readonly rows: Cells[];
  through: number;
  bytes: number;
  /** A line beside it that could not be read, and may have been a row of it. */
  beside?: number;
}

/** So many products are remembered, to know rows that stand apart from those of the same product. */
const mostRemembered = 1_000_000;

/**
 * The products of the rows of a CSV file: rows one behind the other with one `externalId` are one. What a file does not have of a product goes, so nothing is guessed: where a row beside
 * a product's cannot be read, or rows of one come again further down, the product is refused.
 */
class CsvProducts {
  private columns?: readonly string[];
  private group?: Group;
  private broken?: number;
  private readonly seen = new Set<number>();

  async *of(rows: AsyncIterable<Row>): AsyncGenerator<Candidate> {
    for await (const row of rows) {
      if (!this.columns) this.columns = headerOf(row);
      else yield* this.take(row, this.columns);
    }
    yield* this.end();
  }

  private *take(row: Row, columns: readonly string[]): Generator<Candidate> {
    let cells: Cells = {};
    const outcome = taken(() => {
      cells = cellsOf(columns, readable(row).cells ?? []);
      if (Object.keys(cells).length === 0) throw new LineRefused('blank_line', 'The line is blank.');
      if (cells['externalId'] === undefined) throw new LineRefused('missing_external_id', 'The row has no externalId.');
      return undefined as never;
    });
    const { line, through, bytes } = row;
    const { group } = this;
    if ('refused' in outcome) {
      // A blank row is no row of anything; any other may be one of the products beside it.
      if (outcome.refused.code !== 'blank_line') {
        if (group) group.beside = line;
        yield* this.end();
        this.broken = line;
      }
      yield { line, through, bytes, ...outcome };
    } else if (group && group.externalId === cells['externalId']) {
      group.rows.push(cells);
      Object.assign(group, { through, bytes });
    } else {
      yield* this.end();
      this.group = { line, through, bytes, externalId: cells['externalId'] ?? '', rows: [cells], beside: this.broken };
      this.broken = undefined;
    }
  }

  private *end(): Generator<Candidate> {
    const { group } = this;
    this.group = undefined;
    if (!group) return;
    const { line, through, bytes, externalId, rows, beside } = group;
    const isApart = this.isSeen(externalId);
    yield {
      ...{ line, through, bytes },
      ...taken(() => {
        if (beside !== undefined) throw new LineRefused('broken_row', `Line ${beside} cannot be read, and may be a row of this product.`);
        if (isApart) throw new LineRefused('rows_apart', 'Rows of this product stand further up, too; they must follow each other.');
        return readLine(lineOfRows(rows));
      }, externalId),
    };
  }

  private isSeen(externalId: string): boolean {
    const key = createHash('sha256').update(externalId).digest().readUIntBE(0, 6);
    const isKnown = this.seen.has(key);
    if (this.seen.size < mostRemembered) this.seen.add(key);
    return isKnown;
  }
}

function headerOf({ cells, unreadable: problem }: Row): readonly string[] {
  const columns = (cells ?? []).map((cell) => cell.trim());
  const reason = problem ? unreadable[problem] : headerProblem(columns);
  if (reason !== undefined) throw new UnreadableImport({ reason: `its first row names the columns, but ${reason}.` });
  return columns;
}

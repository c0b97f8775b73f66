import { longestLine, type Line } from './lines';

/** A row of a CSV file (RFC 4180), which may go over several lines, or why it cannot be read. */
export interface Row {
  /** The line that it begins in, from 1. */
  readonly line: number;
  /** The line that it ends in. */
  readonly through: number;
  /** Bytes of the source read by then. */
  readonly bytes: number;
  readonly cells?: readonly string[];
  readonly unreadable?: 'line_too_long' | 'malformed_utf8' | 'malformed_csv';
}

/** The rows of the lines of a file. A row that cannot be read ends where that shows; the next line begins another one. */
export async function* rowsOf(lines: AsyncIterable<Line>): AsyncGenerator<Row> {
  let row = new OpenRow();
  let end: Line | undefined;
  for await (const line of lines) {
    end = line;
    const outcome = row.take(line);
    if (outcome === 'goes on') continue;
    yield {
      ...row.place,
      through: line.number,
      bytes: line.bytes,
      ...(outcome === 'ends' ? { cells: row.cells } : { unreadable: outcome }),
    };
    row = new OpenRow();
  }
  if (end && row.isBegun) yield { ...row.place, through: end.number, bytes: end.bytes, unreadable: 'malformed_csv' };
}

/** A row while it comes, line by line. */
class OpenRow {
  readonly cells: string[] = [];
  private first?: Line;
  /** Of the cell in quotes that the last line did not close. */
  private open?: string;
  private length = 0;

  get isBegun(): boolean {
    return this.first !== undefined;
  }

  get place(): { line: number } {
    return { line: this.first?.number ?? 0 };
  }

  take(line: Line): 'ends' | 'goes on' | NonNullable<Row['unreadable']> {
    this.first ??= line;
    const { text = '', unreadable } = line;
    this.length += text.length;
    if (unreadable) return unreadable;
    if (this.length > longestLine) return 'line_too_long';
    let at = 0;
    for (;;) {
      const next = this.open !== undefined || text[at] === '"' ? this.quoted(text, at) : this.plain(text, at);
      if (next === 'malformed') return 'malformed_csv';
      if (next === 'goes on' || next === 'ends') return next;
      at = next;
    }
  }

  /** Where the next cell begins. */
  private plain(text: string, start: number): number | 'ends' | 'malformed' {
    const comma = text.indexOf(',', start);
    const cell = comma < 0 ? text.slice(start).replace(/\r$/, '') : text.slice(start, comma);
    if (cell.includes('"')) return 'malformed';
    this.cells.push(cell);
    return comma < 0 ? 'ends' : comma + 1;
  }

  private quoted(text: string, start: number): number | 'ends' | 'goes on' | 'malformed' {
    let cell = this.open ?? '';
    let at = this.open === undefined ? start + 1 : start;
    this.open = undefined;
    for (;;) {
      const quote = text.indexOf('"', at);
      if (quote < 0) {
        this.open = `${cell}${text.slice(at)}\n`;
        return 'goes on';
      }
      cell += text.slice(at, quote);
      at = quote + 1;
      if (text[at] !== '"') break;
      cell += '"';
      at += 1;
    }
    this.cells.push(cell);
    if (text[at] === ',') return at + 1;
    return text.slice(at).replace(/\r$/, '') === '' ? 'ends' : 'malformed';
  }
}

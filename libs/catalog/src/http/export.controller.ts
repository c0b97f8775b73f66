import { Controller, Get, Headers, Res, type StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Allow, download, Operation, varyBy, type ReplyHeaders } from '@cartwright/platform';
import { csvColumns, csvOf, rowsOfLine } from '../model/csv-line';
import type { CatalogueLine } from '../model/export-line';
import { ExportProducts } from '../usecases/export-products';
import { exampleCsv, exampleLine } from './import.dto';

/** What the export needs of a reply. */
interface Reply extends ReplyHeaders {
  readonly request: { readonly method: string };
  getHeader(name: string): unknown;
}

@ApiTags('Manage the catalogue')
@Allow('admin')
@Controller('products/export')
export class ExportController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Operation({
    summary: 'Export the catalogue',
    description:
      'All products, those that are not on sale too (`isActive: false`), one a line, as an import takes them: sent back, it changes nothing. `stock` is what is on hand where counts ' +
      'go. With `Accept: text/csv` it is CSV, a row for each variant. Products are read while they are sent, each as it is then; a connection that breaks off has not brought all of them.',
    answersText: [
      { mediaType: 'application/x-ndjson', example: exampleLine },
      { mediaType: 'text/csv', example: exampleCsv },
    ],
  })
  async exportProducts(
    @Res({ passthrough: true }) reply: Reply,
    @Headers('accept') accept: string | undefined,
  ): Promise<StreamableFile | undefined> {
    varyBy(reply, 'Accept');
    if (reply.request.method === 'HEAD') return undefined; // which would read all of it, for nobody
    const lines = await this.queries.execute(new ExportProducts());
    if (prefersCsv(accept)) return download(asCsv(lines), { type: 'text/csv', name: 'products.csv' });
    return download(asNdjson(lines), { type: 'application/x-ndjson', name: 'products.ndjson' });
  }
}

/** NDJSON, unless CSV is named and NDJSON is not preferred to it. */
function prefersCsv(accept = ''): boolean {
  const weights = new Map(
    accept.split(',').map((one) => {
      const [type = '', ...parameters] = one.split(';').map((part) => part.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return [type, weight === undefined ? 1 : Number(weight)] as const;
    }),
  );
  return (weights.get('text/csv') ?? 0) > (weights.get('application/x-ndjson') ?? 0);
}

async function* asCsv(lines: AsyncIterable<readonly CatalogueLine[]>): AsyncGenerator<string, void> {
  yield csvOf(csvColumns);
  for await (const some of lines) yield some.flatMap(rowsOfLine).map(csvOf).join('');
}

async function* asNdjson(lines: AsyncIterable<readonly CatalogueLine[]>): AsyncGenerator<string, void> {
  for await (const some of lines) yield some.map((line) => `${JSON.stringify(line)}\n`).join('');
}

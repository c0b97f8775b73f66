import { Controller, Get, Res, type StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Allow, download, Operation } from '@cartwright/platform';
import type { CatalogueLine } from '../model/export-line';
import { ExportProducts } from '../usecases/export-products';
import { exampleLine } from './import.dto';

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
      'go. Products are read while they are sent, each as it is then; a connection that breaks off has not brought all of them.',
    answersText: { mediaType: 'application/x-ndjson', example: exampleLine },
  })
  async exportProducts(
    @Res({ passthrough: true }) reply: { readonly request: { readonly method: string } },
  ): Promise<StreamableFile | undefined> {
    if (reply.request.method === 'HEAD') return undefined; // which would read all of it, for nobody
    const lines = await this.queries.execute(new ExportProducts());
    return download(asNdjson(lines), { type: 'application/x-ndjson', name: 'products.ndjson' });
  }
}

async function* asNdjson(lines: AsyncIterable<readonly CatalogueLine[]>): AsyncGenerator<string, void> {
  for await (const some of lines) yield some.map((line) => `${JSON.stringify(line)}\n`).join('');
}

import { Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import {
  Allow,
  CurrentCaller,
  Operation,
  pageFrom,
  pageOf,
  PathParameters,
  sliceOf,
  TakesUpload,
  UploadedBody,
  type ReplyHeaders,
  type Caller,
  type Page,
  type ReceivedUpload,
} from '@cartwright/platform';
import { ImportNotFound, TooManyImports } from '../contract/refusals';
import { GetImport, ListImports } from '../usecases/get-imports';
import { StartImport } from '../usecases/start-import';
import { exampleCsv, exampleLine, ImportDto, ImportListQuery, ImportQuery, ImportSummaryDto } from './import.dto';

const mebibyte = 1024 * 1024;

@ApiTags('Manage the catalogue')
@Allow('admin')
@PathParameters({ id: { description: 'Id of the import.', example: '6565f0c2a1b2c3d4e5f60718' } })
@Controller()
export class ImportsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('products/import')
  @TakesUpload({
    types: { 'application/x-ndjson': exampleLine, 'text/csv': exampleCsv },
    limit: 64 * mebibyte,
    description: "Products, one a line as JSON, or their variants as rows of CSV; perhaps gzip'd.",
  })
  @Operation({
    summary: 'Import a catalogue',
    description:
      'The body is a file of up to 64 MiB; `docs/guides/import-catalogue.md` has its form. It is received, and then worked through behind those that came before it: `Location` ' +
      'tells how far it is. Each product is created, or updated when one with its `externalId` is known, or refused with a reason, which harms no other.',
    status: 202,
    answers: ImportDto,
    refuses: [TooManyImports],
    location: 'the import',
  })
  async importProducts(
    @UploadedBody() upload: ReceivedUpload,
    @Query() { vendor: vendorId, stock: defaultStock, setStock }: ImportQuery,
    @CurrentCaller() { id: by }: Caller,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<ImportDto> {
    const made = await this.commands.execute(
      new StartImport({ upload, format: upload.type === 'text/csv' ? 'csv' : 'ndjson', by, vendorId, defaultStock, setStock }),
    );
    void reply.header('Location', `/api/admin/imports/${made.id}`);
    return ImportDto.of(made);
  }

  @Get('admin/imports')
  @Operation({
    summary: 'Imports of the last month, the newest first',
    description: 'What was refused of each, it tells itself.',
    answers: pageOf(ImportSummaryDto),
  })
  async listImports(@Query() { status, ...paging }: ImportListQuery): Promise<Page<ImportSummaryDto>> {
    const slice = sliceOf(paging);
    return pageFrom(await this.queries.execute(new ListImports({ status, slice })), slice, ImportSummaryDto.of);
  }

  @Get('admin/imports/:id')
  @Operation({
    summary: 'How far an import is, and what was refused',
    description: 'Once it has begun it grows by some hundred products a second; look again until it is `done` or `failed`.',
    answers: ImportDto,
    refuses: [ImportNotFound],
  })
  async getImport(@Param('id') id: string): Promise<ImportDto> {
    return ImportDto.of(await this.queries.execute(new GetImport({ id })));
  }
}

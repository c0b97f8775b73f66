import { Flag, Id, Instant, ListOf, Nested, OneOf, PageQuery, Text, Whole } from '@cartwright/platform';
import { importFormats } from '../contract/import-catalog';
import { importStatuses, mostRefusals, type CatalogueImport, type ImportStatus } from '../model/catalogue-import';

export const exampleLine =
  '{"externalId":"tea-001","name":"Assam, loose leaf","categoryPath":["Kitchen","Tea"],"variants":[{"sku":"TEA-ASSAM","price":1250,"currency":"USD","stock":40}]}\n';

export const exampleCsv =
  'externalId,name,categoryPath,sku,options,price,currency,stock\r\n' +
  'pot-001,Teapot,Kitchen|Tea,POT-BLUE,Colour=Blue,3900,USD,5\r\n' +
  'pot-001,,,POT-GREY,Colour=Grey,3900,USD,0\r\n';

/** How an import treats what it finds. */
export class ImportQuery {
  @Id({
    optional: true,
    description: "A vendor whose products these are; without it new ones are the house's, and known ones stay whose they are.",
  })
  vendor?: string;
  @Whole({
    max: 1_000_000_000,
    optional: true,
    default: 0,
    description: 'Pieces on hand of a SKU seen for the first time that says none itself.',
  })
  stock?: number;
  @Flag({ optional: true, default: false, description: 'Whether the stock that is said also replaces that of SKUs known already.' })
  setStock?: boolean;
}

export class ImportListQuery extends PageQuery {
  @OneOf(importStatuses, { optional: true, description: 'Only those of which this became.' })
  status?: ImportStatus;
}

class RefusedLineDto {
  @Whole({ min: 1, description: 'From 1.' })
  line!: number;
  @Text({ optional: true, example: 'tea-001' })
  externalId?: string;
  @Text({ description: 'For programs; `libs/catalog/README.md` lists them.', example: 'bad_price' })
  code!: string;
  @Text({ description: 'For people.', example: '"cheap" is not a whole number from 0 to 1000000000 (prices are in minor units).' })
  message!: string;
}

class ImportFailureDto {
  @Text({ example: 'unreadable_import' })
  code!: string;
  @Text({ example: 'The catalogue cannot be read: unexpected end of file.' })
  message!: string;
}

/** An import as lists show it. */
export class ImportSummaryDto {
  @Id()
  id!: string;
  @OneOf(importStatuses, {
    description: 'waiting for those before it; running; done, whatever was refused; failed: the file could not be read to its end.',
  })
  status!: string;
  @OneOf(importFormats)
  format!: string;
  @Whole({ description: 'Of what was sent, in bytes.', example: 482_113 })
  size!: number;
  @Id({ description: 'The account that sent it.' })
  by!: string;
  @Id({ optional: true, description: 'The vendor that it is for.' })
  vendor?: string;
  @Whole({ description: 'As it was asked for.', example: 0 })
  stock!: number;
  @Flag({ description: 'As it was asked for.', example: false })
  setStock!: boolean;
  @Whole({ description: 'Bytes of it read so far.', example: 482_113 })
  read!: number;
  @Whole({ description: 'Products accounted for so far: `created + updated + refused`.', example: 3 })
  processed!: number;
  @Whole({ example: 1 })
  created!: number;
  @Whole({ example: 1 })
  updated!: number;
  @Whole({ example: 1 })
  refused!: number;
  @Nested(() => ImportFailureDto, { optional: true, description: 'Why it failed; what was taken before that stays.' })
  failure?: ImportFailureDto;
  @Instant()
  createdAt!: Date;
  @Instant({ optional: true })
  startedAt?: Date;
  @Instant({ optional: true, description: 'A month later nothing is known of it any more.' })
  finishedAt?: Date;

  static of(job: Omit<CatalogueImport, 'refusals'>): ImportSummaryDto {
    const { id, status, format, size, by, vendorId: vendor, defaultStock = 0, setStock = false, failure } = job;
    const { read, processed, created, updated, refused, createdAt, startedAt, finishedAt } = job;
    return {
      ...{ id, status, format, size, by, stock: defaultStock, setStock, read, processed, created, updated, refused, createdAt },
      ...(vendor && { vendor }),
      ...(failure && { failure: { code: failure.code, message: failure.message } }),
      ...(startedAt && { startedAt }),
      ...(finishedAt && { finishedAt }),
    };
  }
}

export class ImportDto extends ImportSummaryDto {
  @ListOf(() => RefusedLineDto, {
    max: mostRefusals,
    description: `The first ${mostRefusals} that were refused, in their order; \`refused\` counts all.`,
  })
  errors!: RefusedLineDto[];

  static override of(job: CatalogueImport): ImportDto {
    const errors = job.refusals.map(({ line, externalId, code, message }) => ({ line, ...(externalId && { externalId }), code, message }));
    return { ...ImportSummaryDto.of(job), errors };
  }
}

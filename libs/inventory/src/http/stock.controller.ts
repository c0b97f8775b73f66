import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import {
  Allow,
  CurrentCaller,
  IfMatch,
  InvalidInput,
  Operation,
  PathParameters,
  pageFrom,
  pageOf,
  PreconditionFailed,
  RequiresIfMatch,
  sliceOf,
  tagged,
  type Caller,
  type Page,
} from '@cartwright/platform';
import { BelowReserved, LocationNotFound, OnHandChanged, SkuNotFound } from '../contract/refusals';
import { AdjustStock } from '../usecases/adjust-stock';
import { SetBackorder } from '../usecases/set-backorder';
import { GetLevel, ListEntries, ListLevels } from '../usecases/stock-queries';
import { AdjustStockDto, BackorderDto, LedgerQuery, LevelDetailsDto, LevelDto, LevelQuery, MovementDto } from './stock.dto';

@ApiTags('Stock')
@Allow('admin')
@PathParameters({ sku: { description: 'The SKU.', example: 'MUG-HARBOUR-FOG' } })
@Controller('admin/inventory')
export class StockController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Operation({
    summary: 'Stock levels, by SKU',
    description: 'Every SKU that there ever was stock of. With `lowStock`, those that are running out.',
    answers: pageOf(LevelDto),
  })
  async listStock(@Query() query: LevelQuery): Promise<Page<LevelDto>> {
    const slice = sliceOf(query);
    const levels = await this.queries.execute(new ListLevels({ prefix: query.sku, lowStock: query.lowStock, slice }));
    return pageFrom(levels, slice, LevelDto.of);
  }

  @Get(':sku')
  @Operation({
    summary: 'The stock of a SKU, now or at any past instant, with its ledger',
    description: 'With at, everything is as it was then: the pieces, where they were, and the ledger up to that instant.',
    answers: LevelDetailsDto,
    refuses: [SkuNotFound],
    tagged: true,
  })
  async getStock(@Param('sku') sku: string, @Query() query: LedgerQuery): Promise<LevelDetailsDto> {
    const at = query.instant();
    const level = await this.queries.execute(new GetLevel({ sku, at }));
    const dto = { ...LevelDetailsDto.of(level, at), movements: await this.ledgerOf(sku, query) };
    return at ? dto : tagged(dto, level.revision, level.available);
  }

  @Get(':sku/movements')
  @Operation({
    summary: 'The ledger of a SKU, the latest movement first',
    description:
      'Each movement has its cause: a sale, a cancellation, a return, an adjustment. With `at`, only those up to that instant. Nothing is ever taken out of the ledger.',
    answers: pageOf(MovementDto),
    refuses: [SkuNotFound],
  })
  async listMovements(@Param('sku') sku: string, @Query() query: LedgerQuery): Promise<Page<MovementDto>> {
    return this.ledgerOf(sku, query);
  }

  @Put(':sku/backorder')
  @RequiresIfMatch()
  @Operation({
    summary: 'Allow or forbid back-orders of a SKU',
    description:
      'Allowed, more can be ordered than there is, up to the limit; what comes in goes to those who wait, the longest waiting first. What was promised before stays promised.',
    answers: LevelDto,
    refuses: [SkuNotFound, PreconditionFailed],
    tagged: true,
  })
  async setBackorder(
    @Param('sku') sku: string,
    @Body() { allowed, limit = null }: BackorderDto,
    @IfMatch() expected: number | undefined,
    @CurrentCaller() caller: Caller,
  ): Promise<LevelDto> {
    const rule = allowed ? { limit } : undefined;
    const level = await this.commands.execute(new SetBackorder({ sku, rule, expected, by: caller.id }));
    return tagged(LevelDto.of(level), level.revision);
  }

  @Post('adjustments')
  @Operation({
    summary: 'Correct the stock of a SKU at a location',
    description:
      'By a step (change) or to a number (onHand), with a reason. With expectedOnHand nothing happens unless so many are on hand there.',
    status: 201,
    answers: LevelDto,
    refuses: [SkuNotFound, LocationNotFound, OnHandChanged, BelowReserved],
    example: { sku: 'MUG-HARBOUR-FOG', change: 5, kind: 'received', reason: 'Delivery of the potter' },
  })
  async adjustStock(@Body() body: AdjustStockDto, @CurrentCaller() caller: Caller): Promise<LevelDto> {
    if ((body.change === undefined) === (body.onHand === undefined)) throw wrong('change', 'Give change or onHand, one of them.');
    const { kind = 'adjusted', change = 0 } = body;
    if (kind === 'received' && change <= 0) throw wrong('change', 'What is received is a change above zero.');
    if (kind === 'damaged' && change >= 0) throw wrong('change', 'What is damaged is a change below zero.');
    return LevelDto.of(await this.commands.execute(new AdjustStock({ ...body, by: caller.id })));
  }

  private async ledgerOf(sku: string, query: LedgerQuery): Promise<Page<MovementDto>> {
    const slice = sliceOf(query);
    const entries = await this.queries.execute(new ListEntries({ sku, at: query.instant(), slice }));
    return pageFrom(entries, slice, MovementDto.of);
  }
}

function wrong(path: string, message: string): Error {
  return new InvalidInput({ errors: [{ path, code: 'required', message }] });
}

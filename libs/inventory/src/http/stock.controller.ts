import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Allow, CurrentCaller, InvalidInput, Operation, pageFrom, pageOf, sliceOf, type Caller, type Page } from '@cartwright/platform';
import { BelowReserved, LocationNotFound, OnHandChanged, SkuNotFound } from '../contract/refusals';
import { AdjustStock } from '../usecases/adjust-stock';
import { GetLevel, ListEntries, ListLevels } from '../usecases/stock-queries';
import { AdjustStockDto, LedgerQuery, LevelDetailsDto, LevelDto, LevelQuery, MovementDto } from './stock.dto';

@ApiTags('inventory')
@Allow('admin')
@Controller('admin/inventory')
export class StockController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Operation({ summary: 'Stock levels, by SKU', answers: pageOf(LevelDto) })
  async listStock(@Query() query: LevelQuery): Promise<Page<LevelDto>> {
    const slice = sliceOf(query);
    const { levels, total } = await this.queries.execute(new ListLevels({ prefix: query.sku, lowStock: query.lowStock, slice }));
    return pageFrom(levels.map(LevelDto.of), total, slice);
  }

  @Get(':sku')
  @Operation({
    summary: 'The stock of a SKU, now or at any past instant, with its ledger',
    description: 'With at, everything is as it was then: the pieces, where they were, and the ledger up to that instant.',
    answers: LevelDetailsDto,
    refuses: [SkuNotFound],
  })
  async getStock(@Param('sku') sku: string, @Query() query: LedgerQuery): Promise<LevelDetailsDto> {
    const at = query.instant();
    const level = await this.queries.execute(new GetLevel({ sku, at }));
    return { ...LevelDetailsDto.of(level), at, movements: await this.ledgerOf(sku, query) };
  }

  @Get(':sku/movements')
  @Operation({ summary: 'The ledger of a SKU, the latest movement first', answers: pageOf(MovementDto), refuses: [SkuNotFound] })
  async listMovements(@Param('sku') sku: string, @Query() query: LedgerQuery): Promise<Page<MovementDto>> {
    return this.ledgerOf(sku, query);
  }

  @Post('adjustments')
  @Operation({
    summary: 'Correct the stock of a SKU at a location',
    description:
      'By a step (change) or to a number (onHand), with a reason. With expectedOnHand nothing happens unless so many are on hand there.',
    status: 201,
    answers: LevelDto,
    refuses: [SkuNotFound, LocationNotFound, OnHandChanged, BelowReserved],
  })
  async adjustStock(@Body() body: AdjustStockDto, @CurrentCaller() caller: Caller): Promise<LevelDto> {
    if ((body.change === undefined) === (body.onHand === undefined)) throw oneOfBoth();
    return LevelDto.of(await this.commands.execute(new AdjustStock({ ...body, by: caller.id })));
  }

  private async ledgerOf(sku: string, query: LedgerQuery): Promise<Page<MovementDto>> {
    const slice = sliceOf(query);
    const { entries, total } = await this.queries.execute(new ListEntries({ sku, at: query.instant(), slice }));
    return pageFrom(entries.map(MovementDto.of), total, slice);
  }
}

function oneOfBoth(): Error {
  return new InvalidInput({ errors: [{ path: 'change', code: 'required', message: 'Give change or onHand, one of them.' }] });
}

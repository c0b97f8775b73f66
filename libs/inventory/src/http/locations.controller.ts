import { Body, Controller, Get, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import {
  Allow,
  IfMatch,
  Operation,
  PathParameters,
  pageOfAll,
  pageOf,
  PageQuery,
  PreconditionFailed,
  RequiresIfMatch,
  sliceOf,
  tagged,
  type ReplyHeaders,
  type Page,
  StaleVersion,
} from '@cartwright/platform';
import { DuplicateLocation, LocationNotFound, TooManyLocations } from '../contract/refusals';
import { CreateLocation, EditLocation, GetLocation, ListLocations } from '../usecases/edit-locations';
import { LocationChangesDto, LocationDto, NewLocationDto } from './location.dto';

@ApiTags('Stock')
@Allow('admin')
@PathParameters({ code: { description: 'Code of the location.', example: 'main' } })
@Controller('admin/locations')
export class LocationsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Operation({
    summary: 'The locations that stock is kept at, in the order in which they serve orders',
    description: 'The default one, main, is always among them.',
    answers: pageOf(LocationDto),
  })
  async listLocations(@Query() query: PageQuery): Promise<Page<LocationDto>> {
    return pageOfAll(await this.queries.execute(new ListLocations()), sliceOf(query), LocationDto.of);
  }

  @Get(':code')
  @Operation({
    summary: 'A location',
    description: 'With the `ETag` that changing it needs.',
    answers: LocationDto,
    refuses: [LocationNotFound],
    tagged: true,
  })
  async getLocation(@Param('code') code: string): Promise<LocationDto> {
    const location = await this.queries.execute(new GetLocation({ code }));
    return tagged(LocationDto.of(location), location.version);
  }

  @Post()
  @Operation({
    summary: 'Set up a location',
    description:
      'It holds nothing yet: adjust the stock of SKUs there. Orders are served from the location with the lowest `priority` first.',
    status: 201,
    answers: LocationDto,
    refuses: [DuplicateLocation, TooManyLocations],
    tagged: true,
    location: 'the location',
  })
  async createLocation(
    @Body() { priority = 100, active = true, ...body }: NewLocationDto,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<LocationDto> {
    const location = await this.commands.execute(new CreateLocation({ ...body, priority, active }));
    void reply.header('Location', `/api/admin/locations/${location.code}`);
    return tagged(LocationDto.of(location), location.version);
  }

  @Patch(':code')
  @RequiresIfMatch()
  @Operation({
    summary: 'Rename a location, move it in the order of serving, open or close it',
    description: 'What is available follows: at once where it is bought, within some seconds where it is only listed.',
    answers: LocationDto,
    refuses: [LocationNotFound, PreconditionFailed, StaleVersion],
    tagged: true,
  })
  async updateLocation(
    @Param('code') code: string,
    @Body() body: LocationChangesDto,
    @IfMatch() expected: number | undefined,
  ): Promise<LocationDto> {
    const location = await this.commands.execute(new EditLocation({ ...body, code, expected }));
    return tagged(LocationDto.of(location), location.version);
  }
}

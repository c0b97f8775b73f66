import { Body, Controller, Delete, Get, Param, Post, Put, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import {
  AddressDto,
  Allow,
  CurrentCaller,
  IfMatch,
  Operation,
  PathParameters,
  pageOfAll,
  pageOf,
  PageQuery,
  PreconditionFailed,
  sliceOf,
  tagged,
  type ReplyHeaders,
  type Caller,
  type Page,
  StaleVersion,
} from '@cartwright/platform';
import { AddressNotFound, TooManyAddresses } from '../contract/refusals';
import { GetAddressBook } from '../usecases/get-address-book';
import { RemoveAddress } from '../usecases/remove-address';
import { SaveAddress, type AddressView } from '../usecases/save-address';
import { AddressInputDto, SavedAddressDto } from './addresses.dto';

@ApiTags('Your account')
@Allow('user')
@PathParameters({ id: { description: 'Id of the address.', example: '6565f0c2a1b2c3d4e5f60718' } })
@Controller('users/me/addresses')
export class AddressesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Operation({
    summary: 'Your addresses, oldest first',
    description: 'At most fifty. One of them is the default.',
    answers: pageOf(SavedAddressDto),
    tagged: true,
  })
  async listAddresses(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<Page<SavedAddressDto>> {
    const { addresses, version } = await this.queries.execute(new GetAddressBook({ userId: caller.id }));
    return tagged(pageOfAll(addresses, sliceOf(query), SavedAddressDto.fromSaved), version);
  }

  @Post()
  @Operation({
    summary: 'Save another address',
    description: 'The first one is the default. Making another one the default ends that.',
    status: 201,
    answers: SavedAddressDto,
    refuses: [TooManyAddresses, StaleVersion],
    tagged: true,
    location: 'the address',
  })
  async addAddress(
    @CurrentCaller() caller: Caller,
    @Body() body: AddressInputDto,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<SavedAddressDto> {
    const input = { userId: caller.id, address: AddressDto.of(body), isDefault: body.isDefault };
    const view = await this.commands.execute(new SaveAddress(input));
    reply.header('Location', `/api/users/me/addresses/${view.address.id}`);
    return answer(view);
  }

  @Get(':id')
  @Operation({
    summary: 'One of your addresses',
    description: 'With the `ETag` that changing it may be made safe with.',
    answers: SavedAddressDto,
    refuses: [AddressNotFound],
    tagged: true,
  })
  async getAddress(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<SavedAddressDto> {
    const { addresses, version } = await this.queries.execute(new GetAddressBook({ userId: caller.id }));
    const address = addresses.find((saved) => saved.id === id);
    if (!address) throw new AddressNotFound({ id });
    return answer({ address, version });
  }

  @Put(':id')
  @Operation({
    summary: 'Replace an address',
    description: 'All fields are replaced. Orders keep the address that they were placed with.',
    answers: SavedAddressDto,
    refuses: [AddressNotFound, PreconditionFailed, StaleVersion],
    tagged: true,
  })
  async changeAddress(
    @CurrentCaller() caller: Caller,
    @Param('id') addressId: string,
    @Body() body: AddressInputDto,
    @IfMatch() expectedVersion?: number,
  ): Promise<SavedAddressDto> {
    const input = { userId: caller.id, addressId, expectedVersion, address: AddressDto.of(body), isDefault: body.isDefault };
    return answer(await this.commands.execute(new SaveAddress(input)));
  }

  @Delete(':id')
  @Operation({
    summary: 'Delete an address',
    description: 'When it was the default, there is none until one is chosen.',
    status: 204,
    refuses: [AddressNotFound, PreconditionFailed, StaleVersion],
  })
  async removeAddress(@CurrentCaller() caller: Caller, @Param('id') addressId: string, @IfMatch() expectedVersion?: number): Promise<void> {
    await this.commands.execute(new RemoveAddress({ userId: caller.id, addressId, expectedVersion }));
  }
}

function answer({ address, version }: AddressView): SavedAddressDto {
  return tagged(SavedAddressDto.fromSaved(address), version);
}

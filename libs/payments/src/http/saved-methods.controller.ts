import { Body, Controller, Delete, Get, Param, Post, Put, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import {
  Allow,
  CurrentCaller,
  IfMatch,
  Operation,
  PathParameters,
  OutsideTransaction,
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
import {
  MethodDeclined,
  NotSupportedByProvider,
  ProviderUnavailable,
  SavedMethodNotFound,
  TooManySavedMethods,
  UnknownProvider,
} from '../contract/refusals';
import { liveMethods, methodIn, type Wallet } from '../model/wallet';
import { MakeMethodDefault, RemoveMethod } from '../usecases/change-wallet';
import { SaveMethod } from '../usecases/save-method';
import { GetWallet } from '../usecases/wallet-queries';
import { MethodSetupDto, SavedMethodDto, SaveMethodDto } from './saved-methods.dto';

@ApiTags('Your account')
@Allow('user')
@PathParameters({ id: { description: 'Id of the payment method.', example: '6565f0c2a1b2c3d4e5f60718' } })
@Controller('users/me/payment-methods')
export class SavedMethodsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Operation({
    summary: 'Your saved payment methods, oldest first',
    description: 'Cards that the payment provider keeps; nothing of them is known here but what is shown.',
    answers: pageOf(SavedMethodDto),
    tagged: true,
  })
  async listPaymentMethods(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<Page<SavedMethodDto>> {
    const wallet = await this.queries.execute(new GetWallet({ userId: caller.id }));
    const methods = wallet ? liveMethods(wallet).map((method) => SavedMethodDto.of(method, wallet)) : [];
    return tagged(
      pageOfAll(methods, sliceOf(query), (method) => method),
      wallet?.version ?? 0,
    );
  }

  @Post()
  @OutsideTransaction('a setup moves no money, and one that nobody finishes comes to nothing')
  @Operation({
    summary: 'Save a payment method',
    description:
      "With the token of the provider's client library it is saved at once, unless the provider wants the buyer (3-D Secure): the client then finishes it with " +
      'clientSecret and nextAction. Without a token, the client gives the card to the provider itself, with clientSecret. Once that is done the method is in the list.',
    status: 201,
    answers: MethodSetupDto,
    refuses: [MethodDeclined, TooManySavedMethods, NotSupportedByProvider, UnknownProvider, ProviderUnavailable],
    location: 'the method, when it is saved',
  })
  async savePaymentMethod(
    @CurrentCaller() caller: Caller,
    @Body() { provider = 'stripe', token }: SaveMethodDto,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<MethodSetupDto> {
    const begun = await this.commands.execute(new SaveMethod({ userId: caller.id, provider, token }));
    if (begun.saved) reply.header('Location', `/api/users/me/payment-methods/${begun.saved.method.id}`);
    return MethodSetupDto.of(begun);
  }

  @Get(':id')
  @Operation({
    summary: 'One of your saved payment methods',
    description: 'With the `ETag` of all of them together.',
    answers: SavedMethodDto,
    refuses: [SavedMethodNotFound],
    tagged: true,
  })
  async getPaymentMethod(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<SavedMethodDto> {
    return show(await this.queries.execute(new GetWallet({ userId: caller.id })), id);
  }

  @Put(':id/default')
  @Operation({
    summary: 'Make a saved payment method the default',
    description: 'It is `isDefault` from now on, in place of whichever was.',
    answers: SavedMethodDto,
    refuses: [SavedMethodNotFound, PreconditionFailed, StaleVersion],
    tagged: true,
  })
  async makePaymentMethodDefault(
    @CurrentCaller() caller: Caller,
    @Param('id') methodId: string,
    @IfMatch() expectedVersion?: number,
  ): Promise<SavedMethodDto> {
    return show(await this.commands.execute(new MakeMethodDefault({ userId: caller.id, methodId, expectedVersion })), methodId);
  }

  @Delete(':id')
  @Operation({
    summary: 'Remove a saved payment method',
    description: 'It is gone at once, and soon at the provider, too.',
    status: 204,
    refuses: [SavedMethodNotFound, PreconditionFailed, StaleVersion],
  })
  async removePaymentMethod(
    @CurrentCaller() caller: Caller,
    @Param('id') methodId: string,
    @IfMatch() expectedVersion?: number,
  ): Promise<void> {
    await this.commands.execute(new RemoveMethod({ userId: caller.id, methodId, expectedVersion }));
  }
}

function show(wallet: Wallet | null, methodId: string): SavedMethodDto {
  const method = methodIn(wallet, methodId);
  return tagged(SavedMethodDto.of(method, wallet as Wallet), (wallet as Wallet).version);
}

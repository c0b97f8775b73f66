import { Readable } from 'node:stream';
import { Body, Controller, Delete, Get, Header, StreamableFile } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import {
  Allow,
  AnyObject,
  CurrentCaller,
  Instant,
  Operation,
  SecretText,
  StaleVersion,
  TooManyRequests,
  type Caller,
} from '@cartwright/platform';
import { passwordLength } from '../contract/account-rules';
import { LastAdmin, StillVendor, WrongPassword } from '../contract/refusals';
import { EraseAccount } from '../usecases/erase-account';
import { ExportPersonalData } from '../usecases/export-personal-data';

class PersonalFileDto {
  @Instant()
  exportedAt!: Date;
  @AnyObject({
    description:
      'A list of records for each kind of data: `profile`, `addresses`, `sessions`, `cart`, `orders`, `paymentMethods`, `mails`.',
    example: { profile: [{ id: '6565f0c2a1b2c3d4e5f60718', name: 'Ada Lovelace', email: 'ada@example.com' }], orders: [] },
  })
  data!: Readonly<Record<string, readonly object[]>>;
}

class EraseAccountDto {
  @SecretText({ min: 1, max: passwordLength.max })
  currentPassword!: string;
}

/** What people may ask of the shop about themselves. */
@ApiTags('Your account')
@Allow('user')
@Controller('users/me')
export class PersonalDataController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get('export')
  @Header('Cache-Control', 'no-store')
  @Header('Content-Disposition', 'attachment; filename="personal-data.json"')
  @Operation({
    summary: 'Everything that the shop keeps about you',
    description:
      'As one JSON document, to keep or to take elsewhere (GDPR, articles 15 and 20): profile, addresses, sessions, cart, orders with shipments, payments, returns and ' +
      'refunds, saved payment methods, and the mails that were sent to your verified email. Without passwords and other secrets. Five times an hour.',
    answers: PersonalFileDto,
    refuses: [TooManyRequests],
  })
  async exportPersonalData(@CurrentCaller() caller: Caller): Promise<StreamableFile> {
    const text = await this.queries.execute(new ExportPersonalData({ userId: caller.id }));
    return new StreamableFile(Readable.from(text, { objectMode: false }), { type: 'application/json; charset=utf-8' });
  }

  @Delete()
  @Operation({
    summary: 'Erase your account, for ever',
    description:
      'Needs the current password. At once nobody can log in, every session has ended (an access token that is out lives until it expires), and the email is free. Addresses, saved ' +
      'payment methods (at the provider, too), cart and letters go with it. Orders stay as the books need them, without name, phone, address and email: as soon as they are finished and ' +
      'can not be sent back any more; until then they keep what it takes to ship and refund them. A mail confirms it. A vendor and the last admin are refused.',
    status: 204,
    refuses: [WrongPassword, StillVendor, LastAdmin, TooManyRequests, StaleVersion],
    example: { currentPassword: 'correct horse battery' },
  })
  async eraseAccount(@CurrentCaller() caller: Caller, @Body() { currentPassword }: EraseAccountDto): Promise<void> {
    await this.commands.execute(new EraseAccount({ userId: caller.id, currentPassword }));
  }
}

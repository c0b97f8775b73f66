import { Readable } from 'node:stream';
import { Controller, Get, Header, StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Allow, AnyObject, CurrentCaller, Instant, Operation, TooManyRequests, type Caller } from '@cartwright/platform';
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

/** What people may ask of the shop about themselves. */
@ApiTags('Your account')
@Allow('user')
@Controller('users/me')
export class PersonalDataController {
  constructor(private readonly queries: QueryBus) {}

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
}

import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import {
  Allow,
  IfMatch,
  OneOf,
  Operation,
  PathParameters,
  pageFrom,
  pageOf,
  PageQuery,
  PreconditionFailed,
  sliceOf,
  tagged,
  Text,
  type Page,
  StaleVersion,
} from '@cartwright/platform';
import { LastAdmin, UserNotFound } from '../contract/refusals';
import { accountRoles, type AccountRole } from '../contract/user-view';
import type { AccountView } from '../usecases/account-view';
import { ChangeRoles } from '../usecases/change-roles';
import { ListUsers } from '../usecases/list-users';
import { LookUpAccount } from '../usecases/look-up-account';
import { AccountDto, RolesDto } from './account.dto';

class UsersQuery extends PageQuery {
  @Text({ max: 100, optional: true, description: 'How the email, or a word of the name, begins; in any case.', example: 'ada' })
  q?: string;
  @OneOf(accountRoles, { optional: true, description: 'Only accounts with this role.' })
  role?: AccountRole;
}

/** The accounts, for admins. */
@ApiTags('Accounts')
@Allow('admin')
@PathParameters({ id: { description: 'Id of the account.', example: '6565f0c2a1b2c3d4e5f60718' } })
@Controller('admin/users')
export class UsersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Operation({
    summary: 'Accounts, newest first',
    description: 'Find somebody by the beginning of the email or of a word of the name.',
    answers: pageOf(AccountDto),
  })
  async listUsers(@Query() query: UsersQuery): Promise<Page<AccountDto>> {
    const slice = sliceOf(query);
    const users = await this.queries.execute(new ListUsers({ q: query.q, role: query.role, slice }));
    return pageFrom(users, slice, AccountDto.of);
  }

  @Get(':id')
  @Operation({
    summary: 'An account',
    description: 'With the `ETag` that `If-Match` of a change of its roles may name.',
    answers: AccountDto,
    refuses: [UserNotFound],
    tagged: true,
  })
  async getUser(@Param('id') userId: string): Promise<AccountDto> {
    return shown(await this.queries.execute(new LookUpAccount({ userId })));
  }

  @Put(':id/roles')
  @Operation({
    summary: "Change an account's roles; its sessions end",
    description:
      'The roles that are named, and `user`. Whoever has the account has to log in again, as roles stand in the tokens. The last admin stays one.',
    answers: AccountDto,
    refuses: [UserNotFound, LastAdmin, PreconditionFailed, StaleVersion],
    tagged: true,
  })
  async changeRoles(@Param('id') userId: string, @Body() body: RolesDto, @IfMatch() expectedVersion?: number): Promise<AccountDto> {
    return shown(await this.commands.execute(new ChangeRoles({ userId, roles: body.roles, expectedVersion })));
  }
}

function shown(account: AccountView): AccountDto {
  return tagged(AccountDto.of(account), account.version);
}

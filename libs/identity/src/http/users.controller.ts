import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import {
  Allow,
  IfMatch,
  OneOf,
  Operation,
  pageFrom,
  pageOf,
  PageQuery,
  PreconditionFailed,
  sliceOf,
  tagged,
  Text,
  type Page,
} from '@cartwright/platform';
import { LastAdmin, UserNotFound } from '../contract/refusals';
import { accountRoles, type AccountRole } from '../contract/user-view';
import { ChangeRoles } from '../usecases/change-roles';
import { ListUsers } from '../usecases/list-users';
import { AccountDto, RolesDto } from './account.dto';

class UsersQuery extends PageQuery {
  @Text({ max: 100, optional: true, description: 'How the email, or a word of the name, begins; in any case.', example: 'ada' })
  q?: string;
  @OneOf(accountRoles, { optional: true })
  role?: AccountRole;
}

/** The accounts, for admins. */
@ApiTags('Accounts')
@Allow('admin')
@Controller('admin/users')
export class UsersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Operation({ summary: 'Accounts, newest first', answers: pageOf(AccountDto) })
  async listUsers(@Query() query: UsersQuery): Promise<Page<AccountDto>> {
    const slice = sliceOf(query);
    const { limit, skip } = slice;
    const { users, total } = await this.queries.execute(new ListUsers({ q: query.q, role: query.role, limit, skip }));
    return pageFrom(users.map(AccountDto.of), total, slice);
  }

  @Put(':id/roles')
  @Operation({
    summary: "Change an account's roles; its sessions end",
    answers: AccountDto,
    refuses: [UserNotFound, LastAdmin, PreconditionFailed],
  })
  async changeRoles(@Param('id') userId: string, @Body() body: RolesDto, @IfMatch() expectedVersion?: number): Promise<AccountDto> {
    const account = await this.commands.execute(new ChangeRoles({ userId, roles: body.roles, expectedVersion }));
    return tagged(AccountDto.of(account), account.version);
  }
}

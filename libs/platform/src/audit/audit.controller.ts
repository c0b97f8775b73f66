import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow } from '../http/access';
import { AnyValue, Flag, Id, Instant, ListOf, Nested, OneOf, Text, Texts, Whole } from '../http/fields';
import { InstantFilter } from '../http/filters';
import { Operation } from '../http/operation';
import { pageFrom, pageOf, PageQuery, sliceOf, type Page } from '../http/paging';
import type { Condition } from '../store/conditions';
import type { AuditEntry } from './audit';
import { AuditLog } from './audit-log';

class AuditActorDto {
  @OneOf(['user', 'cli', 'system'], {
    description: '`user`: an account. `cli`: the operator, on the command line. `system`: the shop by itself, as its configuration says.',
    example: 'user',
  })
  kind!: string;
  @Text({ description: 'Id of the account; of the others, what kind they are.', example: '6565f0c2a1b2c3d4e5f60718' })
  id!: string;
  @Texts({ description: 'The roles that it had then.', example: ['user', 'admin'] })
  roles!: string[];
}

class AuditedResourceDto {
  @Text({ description: 'What kind of thing it is.', example: 'product' })
  type!: string;
  @Text({ description: 'What the API knows it by: an id, an order number, a SKU, a code.', example: '6565f0c2a1b2c3d4e5f60718' })
  id!: string;
}

class AuditChangeDto {
  @Text({
    max: 1000,
    description: 'The fields that lead there, with dots; elements of lists by their id, or by their place when they have none.',
    example: 'variants.6565f0c2a1b2c3d4e5f60718.price',
  })
  path!: string;
  @AnyValue({ optional: true, description: 'What it was. Absent when there was nothing. Long texts are cut, and say so.', example: 1999 })
  from?: unknown;
  @AnyValue({ optional: true, description: 'What it became. Absent when it is gone.', example: 1799 })
  to?: unknown;
  @Flag({ optional: true, description: 'True where only that it changed is told: secrets, and what says who somebody is.' })
  hidden?: boolean;
}

class AuditEntryDto {
  @Id({ description: 'Id of the entry.' })
  id!: string;
  @Instant({ description: 'When it was done.' })
  at!: Date;
  @Nested(() => AuditActorDto)
  actor!: AuditActorDto;
  @Text({
    description: 'The id of the operation of this API; of a command, `cli` and its name; else what happened.',
    example: 'updateVariant',
  })
  action!: string;
  @Nested(() => AuditedResourceDto)
  resource!: AuditedResourceDto;
  @Text({ optional: true, description: 'The `X-Request-Id` of the request, as it stands in the logs.' })
  requestId?: string;
  @Text({ optional: true, description: 'Why, where a reason was given.' })
  reason?: string;
  @Whole({ optional: true, description: 'The version of the resource that it made, where there are versions.', example: 7 })
  version?: number;
  @ListOf(() => AuditChangeDto, { max: 100, description: 'What is different since.' })
  changes!: AuditChangeDto[];
  @Whole({ optional: true, description: 'How many more changes there were, beyond the hundred that are kept.' })
  more?: number;

  static of({ id, at, actor, action, resource, requestId, reason, version, changes, more }: AuditEntry): AuditEntryDto {
    const { kind, roles } = actor;
    return {
      ...{ id, at, action, requestId, reason, version },
      actor: { kind, id: actor.id, roles: [...roles] },
      resource: { type: resource.type, id: resource.id },
      changes: changes.map(({ path, from, to, hidden }) => ({ path, from, to, hidden })),
      ...(more > 0 && { more }),
    };
  }
}

class AuditQuery extends PageQuery {
  @Text({ max: 50, optional: true, description: 'Only what was done to this kind of thing.', example: 'product' })
  resource?: string;
  @Text({ max: 100, optional: true, description: 'Only what was done to the thing with this id.' })
  resourceId?: string;
  @Text({ max: 100, optional: true, description: 'Only what this account did; or `cli`, or `system`.' })
  actor?: string;
  @Text({ max: 100, optional: true, description: 'Only what was done by this operation.', example: 'updateVariant' })
  action?: string;
  @InstantFilter('When it was done.')
  at?: Condition<Date>;
}

/** Who changed what. There is no way to change an entry, nor to take one away. */
@ApiTags('Watch over the shop')
@Allow('admin')
@Controller('admin/audit')
export class AuditController {
  constructor(private readonly log: AuditLog) {}

  @Get()
  @Operation({
    summary: 'Who changed what, the latest first',
    description:
      'All that admins and vendors have changed, that operators have done on the command line, and what concerns the security of an account: roles, passwords, addresses to ' +
      'log in with. An entry is written together with the change, or neither is; one request may make several, one for each thing that it changed, all with its `requestId`. ' +
      'Secrets and personal data are not in it. Filters are combined with "and".',
    answers: pageOf(AuditEntryDto),
  })
  async listAudit(@Query() { resource, resourceId, actor, action, at, ...page }: AuditQuery): Promise<Page<AuditEntryDto>> {
    const slice = sliceOf(page);
    const entries = await this.log.list({ resource, resourceId, actor, action, at }, slice);
    return pageFrom(entries, slice, AuditEntryDto.of);
  }
}

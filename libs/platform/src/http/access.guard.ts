import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { beginAct, inContext, note, type Act } from '../observability/context';
import { accessKey, callerOf, type Access, type Caller, type Role } from './access';
import { Forbidden, Unauthenticated } from './problem';

/**
 * Lets in whom the route names with `@Allow` or `@Public`; a route with neither lets in nobody. Tokens are checked by the passport
 * strategy `jwt`, which the identity context registers.
 */
@Injectable()
export class AccessGuard extends AuthGuard('jwt') {
  constructor(private readonly reflector: Reflector) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(accessKey, [context.getHandler(), context.getClass()]);
    if (!access) throw new Forbidden({});
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const isOpen = access === 'public' || access === 'known';
    if (isOpen && !request.headers.authorization) return true;
    const valid = await this.authenticate(context);
    const caller = callerOf(request);
    if (caller) note({ callerId: caller.id });
    if (access === 'public') return true;
    if (!valid || !caller) throw new Unauthenticated({});
    if (!isOpen && !access.some((role) => caller.roles.includes(role))) throw new Forbidden({});
    const actsAsStaff = !isOpen && access.some((role) => isStaff(role) && caller.roles.includes(role));
    if (request.method !== 'GET' && actsAsStaff) beginAct(actOf(caller, context.getHandler().name));
    return true;
  }

  /** Passport reports a bad token by throwing; whether that matters depends on the route. */
  override handleRequest<T = Caller | false>(_error: unknown, caller: Caller | false): T {
    return (caller || undefined) as T;
  }

  private async authenticate(context: ExecutionContext): Promise<boolean> {
    return Boolean(await inContext({}, () => super.canActivate(context)));
  }
}

/** What they change by a route that names their role, they are accountable for, though buyers may use the same; what they buy is a buyer's affair. */
function isStaff(role: Role): boolean {
  return role === 'admin' || role === 'vendor';
}

/** A route's method has the name of its operation. */
function actOf({ id, roles }: Caller, action: string): Act {
  return { action, actor: { kind: 'user', id, roles } };
}

import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';

/** `guest` is a session without an account; the others are roles of accounts. */
export const roles = ['guest', 'user', 'vendor', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Who sends a request, as its access token says. */
export interface Caller {
  readonly kind: 'guest' | 'user';
  /** The user's id, or the guest's `guestId`. */
  readonly id: string;
  readonly roles: readonly Role[];
}

export const accessKey = Symbol('access');
/** `known`: anybody, but somebody who sends a token is to be known by it. */
export type Access = 'public' | 'known' | readonly Role[];

/** Only callers with one of these roles get in; a role does not include another. Shown in the API document as `x-roles`. */
export function Allow(...allowed: readonly [Role, ...Role[]]): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(accessKey, allowed), ApiBearerAuth(), ApiExtension('x-roles', allowed));
}

/**
 * Anybody gets in. A valid token is still read, so that the use case may know who asks. With a bad one its sender is a stranger, or, where `badToken` is `refused`,
 * is told so (401): whoever thinks to be known by a token that has expired would otherwise be answered as somebody else.
 */
export function Public({ badToken = 'ignored' }: { readonly badToken?: 'ignored' | 'refused' } = {}): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(accessKey, badToken === 'refused' ? 'known' : 'public'), ApiExtension('x-roles', ['anonymous']));
}

type WithCaller = FastifyRequest & { user?: Caller };

/** The caller behind a request; `undefined` on public routes without a token. */
export function callerOf(request: FastifyRequest): Caller | undefined {
  return (request as WithCaller).user ?? undefined;
}

/** Hands the {@link Caller} to a route that `@Allow`s somebody. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext) =>
  callerOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

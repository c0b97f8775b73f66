import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { callerOf } from '@cartwright/platform';
import type { SessionCaller } from './jwt.strategy';

/** Hands a route the caller with its session; `undefined` on public routes without a valid token. */
export const CurrentSession = createParamDecorator(
  (_: unknown, context: ExecutionContext) =>
    callerOf(context.switchToHttp().getRequest<Parameters<typeof callerOf>[0]>()) as SessionCaller | undefined,
);

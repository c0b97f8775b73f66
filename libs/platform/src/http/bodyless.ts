import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import type { FastifyRequest } from 'fastify';
import { InvalidInput } from './problem';

type Handler = ReturnType<ExecutionContext['getHandler']>;

/**
 * Refuses the fields of a body on a route that takes none: fields are refused when they are unknown, never ignored. A guard, as those cost a request next to nothing; it comes after
 * the one that asks who is calling.
 */
@Injectable()
export class BodylessRoutes implements CanActivate {
  private readonly readers = new WeakMap<Handler, boolean>();

  canActivate(context: ExecutionContext): boolean {
    const { body } = context.switchToHttp().getRequest<FastifyRequest>();
    if (typeof body === 'object' && body !== null && !this.readsBody(context)) {
      const errors = Object.keys(body).map((path) => ({ path, code: 'unknown_field', message: `There is no field ${path} here.` }));
      if (errors.length > 0) throw new InvalidInput({ errors });
    }
    return true;
  }

  /** Whether the route has a parameter for the body, or for the whole request, which it then reads itself. */
  private readsBody(context: ExecutionContext): boolean {
    const handler = context.getHandler();
    let reads = this.readers.get(handler);
    if (reads === undefined) {
      const taken = Object.keys((Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), handler.name) ?? {}) as object);
      reads = taken.some((key) => [RouteParamtypes.BODY, RouteParamtypes.REQUEST].includes(Number(key.split(':')[0])));
      this.readers.set(handler, reads);
    }
    return reads;
  }
}

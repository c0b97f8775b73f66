import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import type { FastifyRequest } from 'fastify';
import { InvalidInput } from './problem';

type Handler = ReturnType<ExecutionContext['getHandler']>;

interface Taken {
  readonly body: boolean;
  readonly query: boolean;
}

/**
 * Refuses the fields of a body on a route that takes none, and those of a query likewise: fields are refused when they are unknown, never ignored. A guard, as those cost a request
 * next to nothing; it comes after the one that asks who is calling.
 */
@Injectable()
export class UntakenFields implements CanActivate {
  private readonly known = new WeakMap<Handler, Taken>();

  canActivate(context: ExecutionContext): boolean {
    const { body, query } = context.switchToHttp().getRequest<FastifyRequest>();
    const taken = this.takenBy(context);
    const names = [...(taken.body ? [] : namesIn(body)), ...(taken.query ? [] : namesIn(query))];
    const errors = names.map((path) => ({ path, code: 'unknown_field', message: `There is no field ${path} here.` }));
    if (errors.length > 0) throw new InvalidInput({ errors });
    return true;
  }

  /** What the route has a parameter for; one for the whole request reads all of it itself. */
  private takenBy(context: ExecutionContext): Taken {
    const handler = context.getHandler();
    let taken = this.known.get(handler);
    if (!taken) {
      const parameters = Object.keys((Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), handler.name) ?? {}) as object);
      const kinds = new Set(parameters.map((key) => Number(key.split(':')[0])));
      const all = kinds.has(RouteParamtypes.REQUEST);
      taken = { body: all || kinds.has(RouteParamtypes.BODY), query: all || kinds.has(RouteParamtypes.QUERY) };
      this.known.set(handler, taken);
    }
    return taken;
  }
}

function namesIn(fields: unknown): string[] {
  return typeof fields === 'object' && fields !== null ? Object.keys(fields) : [];
}

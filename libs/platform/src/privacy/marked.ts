import type { DiscoveryService } from '@nestjs/core';

interface Mark {
  readonly part: string;
  readonly method: string;
}

/** A provider's method that was marked as the part of something that all contexts make together. */
export interface Part<Method> {
  readonly name: string;
  readonly run: Method;
}

const partName = /^[a-z][a-zA-Z]+$/;

/** A decorator that marks a method under a key, as a part of that name. */
export function marks(key: symbol, part: string): MethodDecorator {
  if (!partName.test(part)) throw new Error(`"${part}" cannot be a part of a person's data: it is not one word in camelCase.`);
  return (target, method) => {
    const marked = (Reflect.getOwnMetadata(key, target.constructor) as Mark[] | undefined) ?? [];
    Reflect.defineMetadata(key, [...marked, { part, method: String(method) }], target.constructor);
  };
}

/** The methods of all providers that are marked under a key, by the names of their parts. Two of one name are refused. */
export function partsMarked<Method extends (...args: never[]) => unknown>(discovery: DiscoveryService, key: symbol): Part<Method>[] {
  const found = discovery.getProviders().flatMap(({ instance, metatype }) => {
    const marked = instance && metatype ? (Reflect.getOwnMetadata(key, metatype) as Mark[] | undefined) : undefined;
    const methods = instance as Record<string, Method>;
    return (marked ?? []).map(({ part, method }) => ({ name: part, run: (methods[method] as Method).bind(instance) as Method }));
  });
  const twice = found.find(({ name }, index) => found.findIndex((other) => other.name === name) !== index);
  if (twice) throw new Error(`Two parts of a person's data are called ${twice.name}.`);
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

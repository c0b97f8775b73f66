import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';

/** Somebody with an account, as the contexts know them. */
export interface Person {
  readonly userId: string;
  /** The email that they have shown to read; absent while nobody has, and then nothing is theirs for an address alone. */
  readonly verifiedEmail?: string;
}

interface Declared {
  readonly part: string;
  readonly method: string;
}

interface Part {
  readonly name: string;
  readonly records: (person: Person) => AsyncIterable<object>;
}

const partsKey = Symbol('personal data');
const partName = /^[a-z][a-zA-Z]+$/;

/**
 * Marks a provider's method that yields what a context keeps about a person: `(person: Person) => AsyncIterable<object>`, plain JSON, without secrets, and
 * in bounded memory however much there is. `part` is what the person's file calls it.
 */
export function PersonalData(part: string): MethodDecorator {
  if (!partName.test(part)) throw new Error(`"${part}" cannot be a part of a person's file: it is not one word in camelCase.`);
  return (target, method) => {
    const declared = (Reflect.getOwnMetadata(partsKey, target.constructor) as Declared[] | undefined) ?? [];
    Reflect.defineMetadata(partsKey, [...declared, { part, method: String(method) }], target.constructor);
  };
}

/** Everything that the shop keeps about somebody: the {@link PersonalData} of every context. */
@Injectable()
export class PersonalFiles {
  constructor(private readonly discovery: DiscoveryService) {}

  /** What a file consists of. */
  get parts(): string[] {
    return this.declared().map(({ name }) => name);
  }

  /** The file as JSON text, piece by piece: `{ "exportedAt", "data": { part: [record] } }`. Each part has its list, if only an empty one. */
  async *write(person: Person): AsyncGenerator<string> {
    yield `{"exportedAt":${JSON.stringify(new Date())},"data":{`;
    for (const [at, { name, records }] of this.declared().entries()) {
      yield `${at > 0 ? ',' : ''}${JSON.stringify(name)}:[`;
      let isFirst = true;
      for await (const record of records(person)) {
        yield `${isFirst ? '' : ','}${JSON.stringify(record)}`;
        isFirst = false;
      }
      yield ']';
    }
    yield '}}';
  }

  private declared(): Part[] {
    const found = this.discovery.getProviders().flatMap(({ instance, metatype }) => {
      const declared = instance && metatype ? (Reflect.getOwnMetadata(partsKey, metatype) as Declared[] | undefined) : undefined;
      const methods = instance as Record<string, Part['records']>;
      return (declared ?? []).map(({ part, method }): Part => ({
        name: part,
        records: (person) => (methods[method] as Part['records']).call(instance, person),
      }));
    });
    const twice = found.find(({ name }, index) => found.findIndex((other) => other.name === name) !== index);
    if (twice) throw new Error(`Two parts of a person's file are called ${twice.name}.`);
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { marks, partsMarked, type Part } from './marked';

/** Somebody with an account, as the contexts know them. */
export interface Person {
  readonly userId: string;
  /** The email that they have shown to read; absent while nobody has, and then nothing is theirs for an address alone. */
  readonly verifiedEmail?: string;
}

type Records = (person: Person) => AsyncIterable<object>;

const personalData = Symbol('personal data');

/**
 * Marks a provider's method that yields what a context keeps about a person: `(person: Person) => AsyncIterable<object>`, plain JSON, without secrets, and
 * in bounded memory however much there is. `part` is what the person's file calls it.
 */
export function PersonalData(part: string): MethodDecorator {
  return marks(personalData, part);
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
    for (const [at, { name, run }] of this.declared().entries()) {
      yield `${at > 0 ? ',' : ''}${JSON.stringify(name)}:[`;
      let isFirst = true;
      for await (const record of run(person)) {
        yield `${isFirst ? '' : ','}${JSON.stringify(record)}`;
        isFirst = false;
      }
      yield ']';
    }
    yield '}}';
  }

  /** The parts in which there is something about somebody. */
  async partsWith(person: Person): Promise<string[]> {
    const found: string[] = [];
    for (const { name, run } of this.declared()) if (await hasAny(run(person))) found.push(name);
    return found;
  }

  private declared(): Part<Records>[] {
    return partsMarked<Records>(this.discovery, personalData);
  }
}

async function hasAny(records: AsyncIterable<object>): Promise<boolean> {
  for await (const record of records) return record !== undefined;
  return false;
}

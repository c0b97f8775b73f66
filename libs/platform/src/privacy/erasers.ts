import { Injectable, Logger } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { marks, partsMarked, type Part } from './marked';
import type { Person } from './personal-data';

/** Somebody who is to be forgotten. */
export interface ErasedPerson extends Person {
  /** Since when there is no account any more. */
  readonly erasedAt: Date;
}

/** What came of going through all parts once. */
export interface ErasureLook {
  /** Parts of which something has to stay for now, and when to look again. */
  readonly waiting: Readonly<Record<string, Date>>;
  /** Parts that could not be erased, and are tried again. */
  readonly failed: readonly string[];
}

type Erase = (person: ErasedPerson) => Promise<Date | null>;

const erasesPersonalData = Symbol('erases personal data');

/**
 * Marks a provider's method that erases what a context keeps about a person: `(person: ErasedPerson) => Promise<Date | null>`. What has to stay for now it leaves,
 * and answers when to look again; `null` when nothing is left. It is called again and again until then, in no transaction, maybe in two processes at once, and goes on
 * after a crash: each of its steps changes nothing the second time.
 */
export function ErasesPersonalData(part: string): MethodDecorator {
  return marks(erasesPersonalData, part);
}

/** Has every context forget somebody. */
@Injectable()
export class Erasers {
  private readonly logger = new Logger(Erasers.name);

  constructor(private readonly discovery: DiscoveryService) {}

  get parts(): string[] {
    return this.declared().map(({ name }) => name);
  }

  /** Goes through all parts once. One that fails keeps none of the others from being erased. */
  async erase(person: ErasedPerson): Promise<ErasureLook> {
    const waiting: Record<string, Date> = {};
    const failed: string[] = [];
    for (const { name, run } of this.declared()) {
      try {
        const again = await run(person);
        if (again) waiting[name] = again;
      } catch (error) {
        this.logger.error(`What ${name} has of account ${person.userId} is not erased yet; it is tried again.`, error);
        failed.push(name);
      }
    }
    return { waiting, failed };
  }

  private declared(): Part<Erase>[] {
    return partsMarked<Erase>(this.discovery, erasesPersonalData);
  }
}
